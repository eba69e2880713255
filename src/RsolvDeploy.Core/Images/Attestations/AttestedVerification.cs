using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Images.Attestations;

/// <summary>A verification that passed, as the statements about it name it.</summary>
/// <param name="Image">The image, <c>repository@sha256:…</c>.</param>
/// <param name="Target">The environment.</param>
/// <param name="Kind">What was verified: <c>staging-validation</c> or <c>deployment</c>.</param>
/// <param name="At">When it ended, UTC.</param>
internal sealed record AttestedVerification(string Image, Target Target, string Kind, DateTimeOffset At)
{
    /// <summary>A validation on staging.</summary>
    public const string Staging = "staging-validation";

    /// <summary>A deployment that was signed off.</summary>
    public const string Deployment = "deployment";

    private const string Statement = "https://in-toto.io/Statement/v1";
    private const string Verifier = "https://github.com/RSOLV-dev/RsolvDeploy";
    private const string Policy = "https://github.com/RSOLV-dev/RsolvDeploy/blob/main/docs/checks.md";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The operator, <c>user@machine</c>.</summary>
    public required string By { get; init; }

    /// <summary>The page that shows it; null for none.</summary>
    public string? Url { get; init; }

    /// <summary>The checks. Their evidence stays in the report: the registry may be public.</summary>
    public IReadOnlyList<AttestedCheck> Checks { get; init; } = [];

    private string Time => At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private ImageReference Reference => ImageReference.Parse(Image);

    /// <summary>The statement with the checks.</summary>
    public JsonObject ToStatement() => Create(PredicateTypes.Verification, new JsonObject
    {
        ["kind"] = Kind,
        ["environment"] = new JsonObject
        {
            ["name"] = Target.Name,
            ["namespace"] = Target.Namespace,
            ["deployment"] = Target.Deployment,
        },
        ["run"] = new JsonObject { ["id"] = RunId, ["operator"] = By, ["url"] = Url },
        ["result"] = "PASSED",
        ["verifiedAt"] = Time,
        ["checks"] = new JsonArray([.. Checks.Select(check => (JsonNode)new JsonObject
        {
            ["id"] = check.Id,
            ["status"] = check.Status.ToString(),
            ["severity"] = check.Severity.ToString(),
        })]),
    });

    /// <summary>The verification summary of SLSA.</summary>
    public JsonObject ToSummary() => Create(PredicateTypes.Summary, new JsonObject
    {
        ["verifier"] = new JsonObject { ["id"] = Verifier },
        ["timeVerified"] = Time,
        ["resourceUri"] = Reference.PackageUrl,
        ["policy"] = new JsonObject { ["uri"] = Policy },
        ["verificationResult"] = "PASSED",
        ["verifiedLevels"] = new JsonArray(Kind == Staging ? "RSOLV_STAGING_VALIDATED" : "RSOLV_DEPLOYMENT_VERIFIED"),
    });

    private JsonObject Create(string type, JsonObject predicate) => new()
    {
        ["_type"] = Statement,
        ["subject"] = new JsonArray(new JsonObject
        {
            ["name"] = Reference.Repository,
            ["digest"] = new JsonObject { ["sha256"] = Reference.Digest!["sha256:".Length..] },
        }),
        ["predicateType"] = type,
        ["predicate"] = predicate,
    };
}

/// <summary>A check in a statement.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Severity">What its failure means.</param>
internal sealed record AttestedCheck(string Id, CheckStatus Status, CheckSeverity Severity)
{
    /// <summary>The check of a result.</summary>
    public static AttestedCheck From(Check check) => new(check.Id, check.Status, check.Severity);
}
