namespace RsolvDeploy;

/// <summary>What image to build, and where to push it.</summary>
public sealed record ImageSettings
{
    /// <summary>Registry host and repository, for example <c>ghcr.io/rsolv-dev/rsolv-platform</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The build context's folder, as a full path.</summary>
    public string? Context { get; init; }

    /// <summary>The Dockerfile, relative to the context.</summary>
    public string Dockerfile { get; init; } = "Dockerfile";

    /// <summary>The largest unpacked size allowed, in bytes; null for no limit.</summary>
    public long? MaxSize { get; init; }

    /// <summary>The platforms expected, for example <c>linux/amd64</c>.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>The Docker Engine (<c>unix://</c>, <c>tcp://</c>, <c>npipe://</c>, <c>ssh://</c> or a bare host); null for the default one.</summary>
    public string? Builder { get; init; }

    /// <summary>Build arguments. Not for secrets: they stay in the image's history.</summary>
    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();

    /// <summary>The build stage to stop at; null for the last.</summary>
    public string? BuildTarget { get; init; }

    /// <summary>The builder instance of <c>docker buildx</c>; null for its current one.</summary>
    public string? Buildx { get; init; }

    /// <summary>Images whose build cache is used.</summary>
    public IReadOnlyList<string> CacheFrom { get; init; } = [];

    /// <summary>Images that the build cache is written to.</summary>
    public IReadOnlyList<string> CacheTo { get; init; } = [];

    /// <summary>Secrets that steps of the build may mount.</summary>
    public IReadOnlyList<BuildSecretSettings> Secrets { get; init; } = [];

    /// <summary>What is attested of the build.</summary>
    public AttestationSettings Attestations { get; init; } = new(false, null);
}

/// <summary>Where a build secret lies. Exactly one of variable, file and Secret is set.</summary>
/// <param name="Id">The id that <c>RUN --mount=type=secret,id=…</c> names.</param>
public sealed record BuildSecretSettings(string Id)
{
    /// <summary>The environment variable that holds it.</summary>
    public string? Env { get; init; }

    /// <summary>The file that holds it, as a full path.</summary>
    public string? File { get; init; }

    /// <summary>The Secret in the target's namespace that holds it.</summary>
    public string? Secret { get; init; }

    /// <summary>The key in the Secret.</summary>
    public string? Key { get; init; }
}

/// <summary>The source tree that is deployed.</summary>
/// <param name="Path">The work tree, as a full path.</param>
/// <param name="Remote">The remote that holds the main branch.</param>
/// <param name="Branch">The main branch.</param>
public sealed record SourceSettings(string Path, string Remote, string Branch);

/// <summary>A rule about a file of the source tree. Exactly one of its conditions is set.</summary>
/// <param name="Id">The last part of the check's id, <c>config.&lt;id&gt;</c>.</param>
/// <param name="File">A path or glob, relative to the source tree.</param>
public sealed record ReviewRule(string Id, string File)
{
    /// <summary>Text the file has to contain.</summary>
    public string? Contains { get; init; }

    /// <summary>Text the file must not contain.</summary>
    public string? Lacks { get; init; }

    /// <summary>A regular expression that has to match.</summary>
    public string? Matches { get; init; }

    /// <summary>Whether the file has to be there (true) or must not (false).</summary>
    public bool? Exists { get; init; }
}

/// <summary>How a rollout is judged.</summary>
public sealed record RolloutSettings
{
    /// <summary>How long a rollout may take. Default 5 minutes, the checklist's.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long all pods have to stay ready before it counts. Default 10 seconds.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many restarts a new container is allowed before a crash loop fails the rollout. Default 0: the first back-off does.</summary>
    public int Restarts { get; init; }

    /// <summary>A regular expression that the new pods' logs have to show; null for none.</summary>
    public string? StartMarker { get; init; }

    /// <summary>Regular expressions that the new pods' logs must not show.</summary>
    public IReadOnlyList<string> LogErrors { get; init; } = [];
}

/// <summary>The health endpoint.</summary>
public sealed record HealthSettings
{
    /// <summary>Path of the endpoint. Default <c>/health</c>.</summary>
    public string Path { get; init; } = "/health";

    /// <summary>The longest response time allowed. Default 2 seconds.</summary>
    public TimeSpan Under { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many requests are measured; 1 to 1000. Default 10.</summary>
    public int Samples { get; init; } = 10;

    /// <summary>The least days a certificate has to be valid for. Default 14.</summary>
    public int TlsDaysLeft { get; init; } = 14;
}

/// <summary>The metrics endpoint.</summary>
public sealed record MetricsEndpointSettings
{
    /// <summary>Path of the endpoint. Default <c>/metrics</c>.</summary>
    public string Path { get; init; } = "/metrics";

    /// <summary>The longest response time allowed. Default 1 second.</summary>
    public TimeSpan Under { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>A service of the cluster, reached through the API server.</summary>
/// <param name="Namespace">The service's namespace.</param>
/// <param name="Name">The service's name.</param>
/// <param name="Port">The service's port, 1 to 65535.</param>
public sealed record ServiceAddress(string Namespace, string Name, int Port)
{
    /// <summary>As it is written in the configuration: <c>namespace/name:port</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}:{Port}";
}

/// <summary>Where Prometheus is and what it has to show. Exactly one of <see cref="Url"/> and <see cref="Service"/> is set.</summary>
public sealed record PrometheusSettings
{
    /// <summary>Its address.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its service in the cluster.</summary>
    public ServiceAddress? Service { get; init; }

    /// <summary>The scrape job of the platform.</summary>
    public required string Job { get; init; }

    /// <summary>How old the last scrape may be. Default 15 seconds.</summary>
    public TimeSpan MaxScrapeAge { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>Where a credential lies in the cluster; its value is never in the configuration.</summary>
/// <param name="Secret">The Secret, <c>name</c> or <c>namespace/name</c>.</param>
/// <param name="Username">The key that holds the user's name.</param>
/// <param name="Password">The key that holds the password.</param>
public sealed record CredentialReference(string Secret, string Username, string Password);

/// <summary>Where Grafana is. Exactly one of <see cref="Url"/> and <see cref="Service"/> is set.</summary>
public sealed record GrafanaSettings
{
    /// <summary>Its address.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its service in the cluster.</summary>
    public ServiceAddress? Service { get; init; }

    /// <summary>Where its credential lies; null for none.</summary>
    public CredentialReference? Credential { get; init; }

    /// <summary>The uid of the dashboard.</summary>
    public required string Dashboard { get; init; }
}

/// <summary>The alert rules that must be loaded.</summary>
/// <param name="Groups">A glob that the names of the rule groups match, for example <c>rfc_060*</c>.</param>
/// <param name="Count">How many alerting rules these groups hold together.</param>
/// <param name="Quiet">Labels of the alerts that must not fire.</param>
public sealed record AlertSettings(string Groups, int Count, IReadOnlyDictionary<string, string> Quiet);

/// <summary>The metrics that must be there.</summary>
public sealed record MetricSettings
{
    /// <summary>Names or globs of metric families that the endpoint has to define.</summary>
    public IReadOnlyList<string> Families { get; init; } = [];

    /// <summary>Labels that their series have to carry.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Counters that test data has to move.</summary>
    public IReadOnlyList<MetricRise> Rises { get; init; } = [];
}

/// <summary>A counter that test data has to move.</summary>
/// <param name="Id">The last part of the check's id, <c>metrics.&lt;id&gt;</c>.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="By">By how much it has to rise at least; more than zero.</param>
public sealed record MetricRise(string Id, string Metric, double By);

/// <summary>When to go back.</summary>
public sealed record TriggerSettings
{
    /// <summary>How long a pod may be in CrashLoopBackOff; null when it is not watched.</summary>
    public TimeSpan? CrashLoopLongerThan { get; init; }

    /// <summary>The error rate; null when it is not watched.</summary>
    public ErrorRateTrigger? ErrorRate { get; init; }

    /// <summary>Failures of the health endpoint; null when it is not watched.</summary>
    public FailureTrigger? Health { get; init; }

    /// <summary>Failures of the metrics endpoint; null when it is not watched.</summary>
    public FailureTrigger? Metrics { get; init; }

    /// <summary>The database in the health document; null when it is not watched.</summary>
    public DatabaseTrigger? Database { get; init; }
}

/// <summary>An error rate that is too high.</summary>
/// <param name="Query">PromQL that gives one number between 0 and 1.</param>
/// <param name="Above">The trigger fires above this number.</param>
public sealed record ErrorRateTrigger(string Query, double Above);

/// <summary>An endpoint that fails several times in a row.</summary>
/// <param name="Failures">How many failures in a row fire; at least 1.</param>
/// <param name="Every">How often it is asked.</param>
public sealed record FailureTrigger(int Failures, TimeSpan Every);

/// <summary>A database that the health document, or the logs, report as broken.</summary>
/// <param name="Json">JSON path into the health document, for example <c>$.database</c>.</param>
/// <param name="Not">The trigger fires when the value there is another than this one.</param>
public sealed record DatabaseTrigger(string Json, string Not)
{
    /// <summary>Lines of the pods' logs that tell of failed connections; null when logs are not looked at.</summary>
    public LogTrigger? Log { get; init; }
}

/// <summary>Lines of logs that tell that something is broken.</summary>
/// <param name="Match">A .NET regular expression that such a line matches.</param>
/// <param name="Times">How many such lines, of all pods together, fire.</param>
/// <param name="Within">In which time they have to come.</param>
public sealed record LogTrigger(string Match, int Times, TimeSpan Within);

/// <summary>Where backups go, and for whom they are encrypted.</summary>
public sealed record BackupSettings
{
    /// <summary>The folder that holds the backups, as a full path; null for <c>~/.rsolv/backups</c>.</summary>
    public string? Path { get; init; }

    /// <summary>How many backups to keep; null for all.</summary>
    public int? Keep { get; init; }

    /// <summary>How old backups may become, a day or more; null for any age.</summary>
    public TimeSpan? KeepFor { get; init; }

    /// <summary>Kinds that are backed up beside Deployment, ConfigMaps and Secrets: <c>services</c>, <c>cronjobs.batch</c>, <c>widgets.example.com:app=web</c>.</summary>
    public IReadOnlyList<string> AdditionalKinds { get; init; } = [];

    /// <summary>Whether every object is encrypted, and not only Secrets.</summary>
    public bool EncryptAll { get; init; }

    /// <summary>The recipients: certificate files (PEM or DER) as full paths, or <c>store:thumbprint</c>; empty for the key pair made on first use.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];
}

/// <summary>A key of a Secret in the target's namespace.</summary>
/// <param name="Secret">The Secret's name.</param>
/// <param name="Key">The key in it.</param>
public sealed record SecretKeyReference(string Secret, string Key);

/// <summary>The test data to send.</summary>
/// <param name="Path">The path it is posted to.</param>
/// <param name="Header">The header that carries the key.</param>
/// <param name="Key">Where the key lies.</param>
/// <param name="Repository">The repository that the data names.</param>
/// <param name="IssueNumber">The issue that the data names.</param>
public sealed record TestDataSettings(string Path, string Header, SecretKeyReference Key, string Repository, int IssueNumber);

/// <summary>The staging workflow on GitHub.</summary>
/// <param name="Repository">The repository, <c>owner/name</c>.</param>
/// <param name="Workflow">The workflow's file name.</param>
/// <param name="SecretName">The repository secret to set; null for none.</param>
/// <param name="SecretEnvironmentVariable">The environment variable that holds its value; null for none.</param>
public sealed record GitHubSettings(string Repository, string Workflow, string? SecretName, string? SecretEnvironmentVariable);

/// <summary>Whom to tell.</summary>
/// <param name="Before">Whether before the deployment.</param>
/// <param name="After">Whether after it.</param>
/// <param name="WebhookEnvironmentVariable">The environment variable that holds the webhook's address; null for none.</param>
public sealed record AnnounceSettings(bool Before, bool After, string? WebhookEnvironmentVariable);
