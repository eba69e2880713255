namespace RsolvDeploy;

/// <summary>One environment of <c>rsolv.yaml</c>: where the deployment runs, what it is made of and what has to hold.</summary>
public sealed record Target
{
    /// <summary>The target's name in the configuration, for example <c>production</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The configuration file it was read from, as a full path.</summary>
    public required string ConfigurationPath { get; init; }

    /// <summary>The kubeconfig file; null for <c>KUBECONFIG</c>, the user's own or the in-cluster account.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The kubeconfig context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Which cluster the context has to lead to; null when it is not compared.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>The Kubernetes namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The Deployment's name.</summary>
    public required string Deployment { get; init; }

    /// <summary>The container whose image is deployed; null for the only one.</summary>
    public string? Container { get; init; }

    /// <summary>More containers and init containers that get the same image, for example one that migrates the database.</summary>
    public IReadOnlyList<string> AlsoContainers { get; init => field = value.ToArray(); } = [];

    /// <summary>The kustomize overlay that an update applies; null when it only sets the image.</summary>
    public KustomizeSettings? Kustomize { get; init; }

    /// <summary>The value of the metrics' environment label.</summary>
    public required string Environment { get; init; }

    /// <summary>The public address of the platform; null when it has none.</summary>
    public Uri? Url { get; init; }

    /// <summary>What image to build, and where to push it; null when images are not built here.</summary>
    public ImageSettings? Image { get; init; }

    /// <summary>The source tree; null when it is not looked at.</summary>
    public SourceSettings? Source { get; init; }

    /// <summary>Tag templates; may use <c>{utc:format}</c>, <c>{phase}</c> and <c>{gitsha}</c>.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value.ToArray(); } = [];

    /// <summary>Rules about files of the source tree.</summary>
    public IReadOnlyList<ReviewRule> Review { get; init => field = value.ToArray(); } = [];

    /// <summary>Secrets that must be there: object name to key to kind (<c>postgres-url</c>, <c>hex(64)</c>, <c>non-empty</c>, …).</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Secrets { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>How a rollout is judged.</summary>
    public RolloutSettings Rollout { get; init; } = new();

    /// <summary>What a rollback does.</summary>
    public RollbackSettings Rollback { get; init; } = new();

    /// <summary>The health endpoint.</summary>
    public HealthSettings Health { get; init; } = new();

    /// <summary>The metrics endpoint.</summary>
    public MetricsEndpointSettings MetricsEndpoint { get; init; } = new();

    /// <summary>Where Prometheus is; null when it is not asked.</summary>
    public PrometheusSettings? Prometheus { get; init; }

    /// <summary>Where Grafana is; null when it is not asked.</summary>
    public GrafanaSettings? Grafana { get; init; }

    /// <summary>The alert rules that must be loaded; null when none are.</summary>
    public AlertSettings? Alerts { get; init; }

    /// <summary>The metrics that must be there.</summary>
    public MetricSettings Metrics { get; init; } = new();

    /// <summary>When to roll back.</summary>
    public TriggerSettings Triggers { get; init; } = new();

    /// <summary>Where backups go, and for whom they are encrypted.</summary>
    public BackupSettings Backup { get; init; } = new();

    /// <summary>How migrations are run; null when there are none.</summary>
    public MigrationSettings? Migrations { get; init; }

    /// <summary>The test data to send; null when none is.</summary>
    public TestDataSettings? TestData { get; init; }

    /// <summary>The staging workflow on GitHub; null when there is none.</summary>
    public GitHubSettings? GitHub { get; init; }

    /// <summary>Whom to notify; null for nobody.</summary>
    public AnnounceSettings? Announce { get; init; }

    /// <summary>Who has to approve, by role.</summary>
    public IReadOnlyList<string> Approvals { get; init => field = value.ToArray(); } = [];

    /// <summary>The target's name.</summary>
    public override string ToString() => Name;
}
