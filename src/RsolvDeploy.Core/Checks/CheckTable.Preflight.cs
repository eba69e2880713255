namespace RsolvDeploy.Checks;

/// <content>Pre-deployment verification.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition EnvironmentCluster =
        OfPreflight("environment.cluster", "The API server responds and is the configured one") with { Unit = "context" };
    public static readonly CheckDefinition EnvironmentNamespace =
        OfPreflight("environment.namespace", "The namespace exists and may be deployed to") with { Unit = "phase" };
    public static readonly CheckDefinition EnvironmentPermissions =
        OfPreflight("environment.permissions", "The pending steps are allowed") with { Unit = "permissions" };
    public static readonly CheckDefinition EnvironmentDryRun =
        OfPreflight("environment.dry-run", "The server accepts the change in a dry run");
    public static readonly CheckDefinition EnvironmentReferences =
        OfPreflight("environment.references", "The ConfigMaps and Secrets that the pods refer to exist") with { Unit = "references" };
    public static readonly CheckDefinition EnvironmentCapacity =
        OfPreflight("environment.capacity", "The quotas have room for the surge of the rollout") with { Unit = "pods" };
    public static readonly CheckDefinition EnvironmentImage =
        OfPreflight("environment.image", "The image exists and runs on the nodes") with { Unit = "platform" };
    public static readonly CheckDefinition EnvironmentRegistry =
        OfPreflight("environment.registry", "The registry allows a push to the repository");
    public static readonly CheckDefinition EnvironmentBuilder =
        OfPreflight("environment.builder", "The builder responds and has room") with { Unit = "bytes" };
    public static readonly CheckDefinition CodeMerged = OfPreflight("code.merged", "HEAD is in the remote's main branch");
    public static readonly CheckDefinition CodeClean = OfPreflight("code.clean", "Nothing is uncommitted") with { Unit = "files" };
    public static readonly CheckDefinition CodeUpToDate =
        OfPreflight("code.up-to-date", "HEAD is not behind the remote") with { Unit = "commits" };
    public static readonly CheckDefinition CodeTagged =
        OfPreflight("code.tagged", "A version tag is on HEAD") with { Severity = CheckSeverity.Advisory };
    public static readonly CheckDefinition ConfigRule = OfPreflight("config.<name>", "A file of the source tree meets its review rule");
    public static readonly CheckDefinition SecretsExist = OfPreflight("secrets.exist", "The Secrets exist") with { Unit = "secrets" };
    public static readonly CheckDefinition SecretsKey =
        OfPreflight("secrets.<KEY>", "The key of the Secret has a value of its kind") with { Unit = "characters" };
    public static readonly CheckDefinition EnvironmentBaseline =
        OfPreflight("environment.baseline", "Nothing is wrong before the deployment") with { Severity = CheckSeverity.Advisory, Unit = "problems" };

    private static CheckDefinition[] Preflight =>
    [
        EnvironmentCluster, EnvironmentNamespace, EnvironmentPermissions, EnvironmentDryRun, EnvironmentReferences, EnvironmentCapacity,
        EnvironmentImage, EnvironmentRegistry, EnvironmentBuilder, CodeMerged, CodeClean, CodeUpToDate, CodeTagged, ConfigRule,
        SecretsExist, SecretsKey, EnvironmentBaseline,
    ];

    private static CheckDefinition OfPreflight(string id, string title) =>
        new(id, "Environment", title, CheckSeverity.Required, "1. Pre-deployment verification") { Step = StepKind.Preflight };
}
