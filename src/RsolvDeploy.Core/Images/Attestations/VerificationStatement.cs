using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Attestations;

/// <summary>Reads in-toto statements about verifications; of other statements, their type.</summary>
internal static class VerificationStatement
{
    /// <summary>Whether a statement names the image among its subjects.</summary>
    public static bool IsAbout(JsonNode? statement, string digest) =>
        (statement.At("subject") as JsonArray ?? []).Any(subject => $"sha256:{subject.At("digest", "sha256").Text()}" == digest);

    /// <summary>Adds what the statement says.</summary>
    public static Attestation Describe(Attestation named, JsonNode? statement)
    {
        var predicate = statement.At("predicate");
        var type = statement.At("predicateType").Text() ?? "";
        var typed = new Attestation(named.Image, type) { Reference = named.Reference, Problem = named.Problem, Summary = type };
        return type switch
        {
            PredicateTypes.Verification => Verification(typed, predicate),
            PredicateTypes.Summary => typed with
            {
                Summary = $"SLSA summary: {string.Join(", ", Texts(predicate.At("verifiedLevels")))} "
                    + $"by {predicate.At("verifier", "id").Text()}",
                Result = predicate.At("verificationResult").Text(),
                At = Time(predicate.At("timeVerified")),
            },
            _ => typed,
        };
    }

    /// <summary>A time of RFC 3339; null for anything else.</summary>
    public static DateTimeOffset? Time(JsonNode? node) => DateTimeOffset.TryParse(
        node.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? time
        : null;

    private static Attestation Verification(Attestation typed, JsonNode? predicate)
    {
        var environment = predicate.At("environment");
        var kind = predicate.At("kind").Text() == AttestedVerification.Staging ? "validated" : "deployed and signed off";
        return typed with
        {
            Summary = $"{kind} on {environment.At("name").Text()} by {predicate.At("run", "operator").Text()}",
            Environment = environment.At("name").Text(),
            Verified = (environment.At("namespace").Text() ?? "", environment.At("deployment").Text() ?? ""),
            Result = predicate.At("result").Text(),
            At = Time(predicate.At("verifiedAt")),
            By = predicate.At("run", "operator").Text(),
            RunId = predicate.At("run", "id").Text(),
            Url = predicate.At("run", "url").Text(),
            Checks = (predicate.At("checks") as JsonArray)?.Count ?? 0,
        };
    }

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(one => one.Text()).OfType<string>();
}
