using RsolvDeploy.Checks;

namespace RsolvDeploy.Preflight;

/// <summary>The boxes of the checklist's first section, and those that the steps to come need beside them.</summary>
internal static class PreflightChecks
{
    public static readonly CheckDefinition Cluster = new("environment.cluster", "The API server answers, and it is the right one");
    public static readonly CheckDefinition Namespace = new("environment.namespace", "The namespace exists and may be deployed to");
    public static readonly CheckDefinition Permissions = new("environment.permissions", "The coming steps are allowed");
    public static readonly CheckDefinition DryRun = new("environment.dry-run", "The server accepts the change in a dry run");
    public static readonly CheckDefinition References = new("environment.references", "What the pods refer to is there");
    public static readonly CheckDefinition Capacity = new("environment.capacity", "The surge of the rollout fits");
    public static readonly CheckDefinition Image = new("environment.image", "The image is there and runs on the nodes");
    public static readonly CheckDefinition Registry = new("environment.registry", "The registry lets us push to the repository");
    public static readonly CheckDefinition Builder = new("environment.builder", "The builder answers and has room");
    public static readonly CheckDefinition Merged = new("code.merged", "HEAD is in the remote's main branch");
    public static readonly CheckDefinition Clean = new("code.clean", "Nothing is uncommitted");
    public static readonly CheckDefinition UpToDate = new("code.up-to-date", "HEAD is not behind the remote");
    public static readonly CheckDefinition Tagged = new("code.tagged", "A version tag is on HEAD") { Severity = CheckSeverity.Advisory };
    public static readonly CheckDefinition SecretsExist = new("secrets.exist", "The Secrets exist");
    public static readonly CheckDefinition Baseline = new("environment.baseline", "Nothing is wrong already") { Severity = CheckSeverity.Advisory };

    public static CheckDefinition Review(ReviewRule rule) => new($"config.{rule.Id}", $"{rule.File} {Condition(rule)}");

    public static CheckDefinition Secret(string name, string key, string kind) => new($"secrets.{key}", $"{name} holds {key}, {kind}");

    private static string Condition(ReviewRule rule) => rule switch
    {
        { Contains: { } text } => $"contains '{text}'",
        { Lacks: { } text } => $"does not contain '{text}'",
        { Matches: { } pattern } => $"matches /{pattern}/",
        { Exists: false } => "does not exist",
        _ => "exists",
    };
}
