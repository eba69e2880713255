namespace RsolvDeploy.Environments;

/// <summary>The boxes of the checklist's first section, and those that the steps to come need beside them.</summary>
internal static class Boxes
{
    public static readonly Box Cluster = new("environment.cluster", "The API server answers, and it is the right one");
    public static readonly Box Namespace = new("environment.namespace", "The namespace exists and may be deployed to");
    public static readonly Box Permissions = new("environment.permissions", "The coming steps are allowed");
    public static readonly Box DryRun = new("environment.dry-run", "The server accepts the change in a dry run");
    public static readonly Box References = new("environment.references", "What the pods refer to is there");
    public static readonly Box Capacity = new("environment.capacity", "The surge of the rollout fits");
    public static readonly Box Image = new("environment.image", "The image is there and runs on the nodes");
    public static readonly Box Registry = new("environment.registry", "The registry lets us push to the repository");
    public static readonly Box Builder = new("environment.builder", "The builder answers and has room");
    public static readonly Box Merged = new("code.merged", "HEAD is in the remote's main branch");
    public static readonly Box Clean = new("code.clean", "Nothing is uncommitted");
    public static readonly Box UpToDate = new("code.up-to-date", "HEAD is not behind the remote");
    public static readonly Box Tagged = new("code.tagged", "A version tag is on HEAD") { Severity = CheckSeverity.Advisory };
    public static readonly Box SecretsExist = new("secrets.exist", "The Secrets exist");
    public static readonly Box Baseline = new("environment.baseline", "Nothing is wrong already") { Severity = CheckSeverity.Advisory };

    public static Box Review(ReviewRule rule) => new($"config.{rule.Id}", $"{rule.File} {Condition(rule)}");

    public static Box Secret(string name, string key, string kind) => new($"secrets.{key}", $"{name} holds {key}, {kind}");

    private static string Condition(ReviewRule rule) => rule switch
    {
        { Contains: { } text } => $"contains '{text}'",
        { Lacks: { } text } => $"does not contain '{text}'",
        { Matches: { } pattern } => $"matches /{pattern}/",
        { Exists: false } => "does not exist",
        _ => "exists",
    };
}
