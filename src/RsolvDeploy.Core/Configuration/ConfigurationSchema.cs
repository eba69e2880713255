using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Schema;
using RsolvDeploy.Configuration.Values;
using static RsolvDeploy.Configuration.ImageSchema;
using static RsolvDeploy.Configuration.MonitoringSchema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>What <c>rsolv.yaml</c> may hold. The parser, docs/rsolv.schema.json and the table of keys are all made from this.</summary>
internal static class ConfigurationSchema
{
    private static readonly ObjectSchema Cluster = new(
        Key("server", For(F.HostAndPort), "The API server's host, or host and port."),
        Key("uid", For(F.Uid), "The uid of the cluster's namespace kube-system."));

    private static readonly ObjectSchema Source = new(
        Key("path", For(F.Path), "The work tree that is deployed.") with { Required = true },
        Key("remote", Text, "The remote that holds the main branch.") with { Default = "origin" },
        Key("branch", Text, "The main branch.") with { Default = "main" });

    private static readonly ObjectSchema Review = new(
        Key("id", For(F.KubernetesLabel), "The last part of the check's id, config.<id>.") with { Required = true },
        Key("file", For(F.RelativePath), "A file or glob of the source tree.") with { Required = true },
        Key("contains", Text, "Text that has to be in it."),
        Key("lacks", Text, "Text that must not be in it."),
        Key("matches", For(F.RegularExpression), "A regular expression that has to match."),
        Key("exists", new BooleanSchema(), "Whether it has to be there."))
    { Atomic = true, ExactlyOne = ["contains", "lacks", "matches", "exists"] };

    private static readonly ObjectSchema Patience = new(
        [.. RolloutCauses.All.Where(cause => cause.IsConfigurable).Select(cause =>
            Key(cause.Key, new DurationSchema(TimeSpan.Zero, Day), cause.Description) with
            {
                Default = cause.Patience is { } patience ? Duration.Format(patience) : null,
            })]);

    private static readonly ObjectSchema Rollout = new(
        Key("timeout", new DurationSchema(Second, Day), "How long a rollout may take.") with { Default = "5m" },
        Key("stableFor", new DurationSchema(TimeSpan.Zero, Day), "How long all pods have to stay ready before it counts.") with
        {
            Default = "10s",
        },
        Key(
            "restarts",
            new IntegerSchema(0, 1000),
            "How many restarts a new container is allowed before a crash loop can fail the rollout.") with
        { Default = "0" },
        Key("order", For(F.RolloutOrder), "How several workloads are updated: one after the other as listed, or all at once.") with
        {
            Default = "sequential",
        },
        Key("patience", Patience, "How long a cause has to stay before it fails the rollout (docs/rollout-causes.md)."),
        Key("startMarker", For(F.RegularExpression), "A regular expression that the new pods' logs have to show."),
        Key("logErrors", new ListSchema(For(F.RegularExpression)), "Regular expressions that the new pods' logs must not show."));

    private static readonly ObjectSchema Rollback = new(
        Key(
            "keep",
            new ListSchema(Text),
            "ConfigMaps and Secrets that no rollback restores, as wildcards on Kind/name: Secret/rsolv-secrets."));

    private static readonly ObjectSchema Kustomize = new(
        Key("path", For(F.Path), "The overlay's folder. Nothing in it is changed.") with { Required = true },
        Key(
            "takeOver",
            new ListSchema(Text),
            "Field managers whose fields the overlay takes over; a field of anybody else's is a conflict."));

    private static readonly ObjectSchema Failures = new(
        Key("failures", new IntegerSchema(1, 1000), "How many failures in a row fire it.") with { Required = true },
        Key("every", new DurationSchema(Second, Day), "How often it is asked.") with { Required = true })
    { Atomic = true };

    private static readonly ObjectSchema Triggers = new(
        Key(
            "crashLoop",
            new ObjectSchema(Key("longerThan", new DurationSchema(TimeSpan.Zero, Day), "How long a container may crash repeatedly.") with
            {
                Required = true,
            })
            {
                Atomic = true,
            },
            "A pod that crashes again and again."),
        Key("errorRate", new ObjectSchema(
            Key("query", Text, "PromQL that gives one number between 0 and 1.") with { Required = true },
            Key("above", new NumberSchema(0, 1), "It fires above this number.") with { Required = true },
            Key("every", new DurationSchema(Second, Day), "How often it is queried.") with { Default = "15s" })
        { Atomic = true }, "Too many errors."),
        Key("health", Failures, "Failures of the health endpoint."),
        Key("metrics", Failures, "Failures of the metrics endpoint."),
        Key("database", new ObjectSchema(
            Key("json", For(F.JsonPath), "JSON path into the health document.") with { Required = true },
            Key("not", Text, "It fires when the value there is another than this.") with { Required = true },
            Key("log", new ObjectSchema(
                Key("match", For(F.RegularExpression), "The pattern of a line that reports a failed connection.") with { Required = true },
                Key("times", new IntegerSchema(1, 1000), "How many such lines of all pods together fire it.") with { Default = "3" },
                Key("within", new DurationSchema(Second, Day), "In which time they have to come.") with { Default = "1m" })
            { Atomic = true }, "Connection failures in the pods' logs."))
        { Atomic = true }, "A database that the health document or the logs report as broken."));

    private static readonly ObjectSchema Backup = new(
        Key("path", For(F.Path), "The folder that holds the backups.") with { Default = "~/.rsolv/backups" },
        Key("keep", new IntegerSchema(1, 100_000), "How many backups to keep; all when it is not given."),
        Key(
            "keepFor",
            new DurationSchema(Day, 3650 * Day),
            "How old backups may become that Remove-RsolvBackup keeps; the newest good one always stays."),
        Key(
            "also",
            new ListSchema(For(F.BackupKind)),
            "Kinds that are backed up beside Deployment, ConfigMaps and Secrets, by their group and a label selector if need be."),
        Key("encryptAll", new BooleanSchema(), "Whether every object is encrypted, and not only Secrets."),
        Key(
            "recipients",
            new ListSchema(For(F.Recipient)),
            "Certificates that backups are encrypted for, files or store:thumbprint; empty: a key pair is made on first use."));

    private static readonly ObjectSchema Migrations = new(
        Key("status", new ListSchema(Text, Least: 1), "The command that lists migrations; a list of arguments.") with { Required = true },
        Key("run", new ListSchema(Text, Least: 1), "The command that runs them; a list of arguments.") with { Required = true },
        Key("timeout", new DurationSchema(Second, Day), "How long either may take.") with { Default = "10m" });

    private static readonly KeySchema[] TargetKeys =
    [
        Key("kubeconfig", For(F.Path), "The kubeconfig; kubectl's own when it is not given."),
        Key("context", Text, "The kubeconfig context; the current one when it is not given."),
        Key("cluster", Cluster, "Which cluster the context has to lead to; another one is refused."),
        Key("namespace", For(F.KubernetesLabel), "The Kubernetes namespace.") with { Required = true },
        Key("deployment", For(F.KubernetesName), "The Deployment, where a release is only one."),
        Key("workloads", WorkloadSchema.List, "The workloads of a release that get the same image, in the order of their update."),
        Key("container", For(F.KubernetesLabel), "The container whose image is deployed; the only one when it is not given."),
        Key("alsoContainers", new ListSchema(For(F.KubernetesLabel)), "More containers and init containers that get the same image."),
        Key("kustomize", Kustomize, "The kustomize overlay that an update applies; without it only the image is set."),
        Key(
            "ownership",
            new MapSchema(F.FieldManager, For(F.OwnershipAction)),
            "What it means that another owner of the image reverts it, by tool (argocd, flux, helm, …) or field manager."),
        Key("environment", Text, "The value of the metrics' environment label.") with { Required = true },
        Key("url", For(F.Url), "The public address of the platform."),
        Key("image", Image, "What image to build, and where to push it."),
        Key("source", Source, "The source tree that is deployed."),
        Key("tags", new ListSchema(For(F.Tag)), "Tags; {utc:format}, {phase} and {gitsha} are filled in from one timestamp."),
        Key("review", new ObjectListSchema(Review, "id"), "Rules about files of the source tree."),
        Key(
            "secrets",
            new MapSchema(F.KubernetesName, new MapSchema(F.SecretKey, For(F.SecretKind))),
            "Secrets that have to be there: object, key and kind of value."),
        Key("rollout", Rollout, "How a rollout is judged."),
        Key("rollback", Rollback, "What a rollback does."),
        Key("health", HealthSchema.Health, "The health endpoint."),
        Key("metricsEndpoint", HealthSchema.MetricsEndpoint, "The metrics endpoint."),
        Key("smoke", SmokeSchema.Smoke, "What the smoke test looks at."),
        Key("prometheus", Prometheus, "Where Prometheus is."),
        Key("grafana", Grafana, "Where Grafana is."),
        Key("alertmanager", Alertmanager, "Where Alertmanager is; it shows silences and receivers of alerts that fire."),
        Key("alerts", Alerts, "The alert rules that have to be loaded."),
        Key("metrics", Metrics, "The metrics that have to be there."),
        Key("verification", MonitoringSchema.Verification, "How often a verification measures, and how much may fail."),
        Key("triggers", Triggers, "When to roll back."),
        Key("backup", Backup, "Where backups go, and for whom they are encrypted."),
        Key("migrations", Migrations, "How database migrations are shown and run."),
        Key("testData", TestDataSchema.Settings, "The test data to send."),
        Key("github", GitHubSchema.GitHub, "The staging workflow on GitHub."),
        Key("githubDeployments", GitHubDeploymentSchema.Settings, "Where GitHub shows the deployments of the target."),
        Key("promotion", PromotionSchema.Settings, "What is attested of an image, and what it needs before it is deployed."),
        Key("announce", AnnounceSchema.Settings, "Whom to notify."),
        Key(
            "insecure",
            new ListSchema(For(F.HostAndPort)),
            "API servers and Docker engines that are used without TLS although they are on another machine."),
        Key(
            "signers",
            new ListSchema(For(F.Path)),
            "Certificates (PEM) of the operators whose ledgers and histories are believed, beside your own."),
        Key("approvals", new ListSchema(Text), "Who has to approve, by role."),
        Key("tasks", TaskSchema.Tasks, "The tasks of people after a deployment; Get-RsolvTask lists them."),
        Key("policy", PolicySchema.Policy, "The rules of a deployment."),
    ];

    /// <summary>What every target inherits.</summary>
    public static readonly ObjectSchema Defaults = new(TargetKeys)
    {
        ExactlyOne = WorkloadSchema.Alternatives,
        Apart = WorkloadSchema.Apart,
    };

    /// <summary>One environment.</summary>
    public static readonly ObjectSchema Target = new(
        [Key("extends", For(F.KubernetesLabel), "Another target whose settings this one inherits."), .. TargetKeys])
    {
        ExactlyOne = WorkloadSchema.Alternatives,
        Apart = WorkloadSchema.Apart,
    };

    /// <summary>The whole document.</summary>
    public static readonly ObjectSchema Document = new(
        Key("version", new IntegerSchema(1, 1), "The version of this format.") with { Required = true },
        Key("defaults", Defaults, "What every target inherits."),
        Key("targets", new MapSchema(F.KubernetesLabel, Target) { Least = 1, Removable = false }, "The environments, by name.") with
        {
            Required = true,
        })
    { Atomic = true };

    /// <summary>
    /// The JSON Schema that editors complete by. It defines what a file may hold; what is required of a target may be inherited.
    /// </summary>
    public static JsonObject ToJsonSchema()
    {
        var schema = Document.ToJsonSchema();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "$id", "https://raw.githubusercontent.com/RSOLV-dev/RsolvDeploy/main/docs/rsolv.schema.json");
        schema.Insert(2, "title", "rsolv.yaml: the environments that RsolvDeploy deploys to");
        schema["$defs"] = new JsonObject
        {
            ["lookup"] = new JsonObject { ["type"] = "string", ["pattern"] = @"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}" },
        };
        return schema;
    }
}
