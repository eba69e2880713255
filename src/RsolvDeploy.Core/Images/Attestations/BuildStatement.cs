using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Attestations;

/// <summary>Summarizes what BuildKit attests of a build: its provenance (SLSA 0.2 and 1) and the list of its software (SPDX).</summary>
internal static class BuildStatement
{
    private const string Spdx = "https://spdx.dev/Document";
    private const string Provenance = "https://slsa.dev/provenance/";

    /// <summary>Adds what the statement says.</summary>
    /// <param name="named">The attestation so far.</param>
    /// <param name="content">The statement.</param>
    public static Attestation Describe(Attestation named, byte[] content)
    {
        JsonNode? statement;
        try
        {
            statement = StrictJson.Parse(content);
        }
        catch (JsonException e)
        {
            return named with { Summary = "unknown", Problem = $"cannot be read: {e.Message}" };
        }

        var predicate = statement.At("predicate");
        var type = statement.At("predicateType").Text() ?? "";
        var typed = new Attestation(named.Image, type) { Reference = named.Reference, Problem = named.Problem, Summary = type };
        return type == Spdx ? Software(typed, predicate)
            : type.StartsWith(Provenance, StringComparison.Ordinal) ? Build(typed, predicate)
            : typed;
    }

    private static Attestation Software(Attestation typed, JsonNode? document)
    {
        var tools = (document.At("creationInfo", "creators") as JsonArray ?? [])
            .Select(creator => creator.Text()).OfType<string>()
            .Where(creator => creator.StartsWith("Tool: ", StringComparison.Ordinal))
            .Select(creator => creator["Tool: ".Length..]);
        return typed with
        {
            Summary = string.Create(CultureInfo.InvariantCulture,
                $"SBOM: {(document.At("packages") as JsonArray)?.Count ?? 0} packages, listed by {string.Join(", ", tools)}"),
            At = VerificationStatement.Time(document.At("creationInfo", "created")),
        };
    }

    // Version 1 names other members than 0.2 for the same.
    private static Attestation Build(Attestation typed, JsonNode? predicate)
    {
        var builder = predicate.At("runDetails", "builder", "id").Text() ?? predicate.At("builder", "id").Text();
        var source = predicate.At("buildDefinition", "externalParameters", "configSource") ?? predicate.At("invocation", "configSource");
        var materials = (predicate.At("buildDefinition", "resolvedDependencies") ?? predicate.At("materials")) as JsonArray;
        var file = source.At("path").Text() ?? source.At("entryPoint").Text();
        var from = string.Join(' ', new[] { source.At("uri").Text(), file }.OfType<string>().Where(part => part.Length > 0));
        return typed with
        {
            Summary = string.Create(CultureInfo.InvariantCulture,
                $"provenance: built{(from.Length > 0 ? $" from {from}" : "")} with {materials?.Count ?? 0} materials"
                    + $"{(string.IsNullOrEmpty(builder) ? "" : $" by {builder}")}"),
            At = VerificationStatement.Time(
                predicate.At("runDetails", "metadata", "finishedOn") ?? predicate.At("metadata", "buildFinishedOn")),
        };
    }
}
