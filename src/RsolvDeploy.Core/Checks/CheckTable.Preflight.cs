namespace RsolvDeploy.Checks;

/// <content>Pre-deployment verification.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition EnvironmentCluster =
        ForPreflight("environment.cluster", "The API server responds and is the configured one") with { Unit = "context" };
    public static readonly CheckDefinition EnvironmentNamespace =
        ForPreflight("environment.namespace", "The namespace exists and may be deployed to") with { Unit = "phase" };
    public static readonly CheckDefinition EnvironmentPermissions =
        ForPreflight("environment.permissions", "The pending steps are allowed") with { Unit = "permissions" };
    public static readonly CheckDefinition EnvironmentDryRun =
        ForPreflight("environment.dry-run", "The server accepts the change in a dry run");
    public static readonly CheckDefinition EnvironmentReferences =
        ForPreflight("environment.references", "The ConfigMaps and Secrets that the pods refer to exist") with { Unit = "references" };
    public static readonly CheckDefinition EnvironmentCapacity =
        ForPreflight("environment.capacity", "The quotas have room for the surge of the rollout") with { Unit = "pods" };
    public static readonly CheckDefinition EnvironmentOwnership =
        ForPreflight("environment.ownership", "Nobody else reverts the image");
    public static readonly CheckDefinition EnvironmentImage =
        ForPreflight("environment.image", "The image exists and runs on the nodes") with { Unit = "platform" };
    public static readonly CheckDefinition EnvironmentAttestation =
        ForPreflight("environment.attestation", "The image has the attestation that promotion.require demands") with
        {
            IsConditional = true,
        };
    public static readonly CheckDefinition EnvironmentRegistry =
        ForPreflight("environment.registry", "The registry allows a push to the repository");
    public static readonly CheckDefinition EnvironmentBuilder =
        ForPreflight("environment.builder", "The builder responds and has room") with { Unit = "bytes" };
    public static readonly CheckDefinition CodeMerged = ForPreflight("code.merged", "HEAD is in the remote's main branch");
    public static readonly CheckDefinition CodeClean = ForPreflight("code.clean", "Nothing is uncommitted") with { Unit = "files" };
    public static readonly CheckDefinition CodeUpToDate =
        ForPreflight("code.up-to-date", "HEAD is not behind the remote") with { Unit = "commits" };
    public static readonly CheckDefinition CodeTagged =
        ForPreflight("code.tagged", "A version tag is on HEAD") with { Severity = CheckSeverity.Advisory };
    public static readonly CheckDefinition ConfigRule = ForPreflight("config.<name>", "A file of the source tree meets its review rule");
    public static readonly CheckDefinition SecretsExist = ForPreflight("secrets.exist", "The Secrets exist") with { Unit = "secrets" };
    public static readonly CheckDefinition SecretsKey =
        ForPreflight("secrets.<KEY>", "The key of the Secret has a value of its kind") with { Unit = "characters" };
    public static readonly CheckDefinition EnvironmentBaseline =
        ForPreflight("environment.baseline", "Nothing is wrong before the deployment") with
        {
            Severity = CheckSeverity.Advisory,
            Unit = "problems",
        };

    private static CheckDefinition[] Preflight =>
    [
        EnvironmentCluster, EnvironmentNamespace, EnvironmentPermissions, EnvironmentDryRun, EnvironmentReferences, EnvironmentCapacity,
        EnvironmentOwnership, EnvironmentImage, EnvironmentAttestation, EnvironmentRegistry, EnvironmentBuilder, CodeMerged, CodeClean,
        CodeUpToDate, CodeTagged, ConfigRule, SecretsExist, SecretsKey, EnvironmentBaseline,
    ];

    private static CheckDefinition ForPreflight(string id, string title) =>
        new(id, "Environment", title, CheckSeverity.Required, "1. Pre-deployment verification") { Step = StepKind.Preflight };
}
