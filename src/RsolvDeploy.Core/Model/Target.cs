namespace RsolvDeploy;

/// <summary>A target in <c>rsolv.yaml</c>: where the deployment runs, its parts and its requirements.</summary>
public sealed record Target
{
    /// <summary>The name of the target in the configuration, for example <c>production</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The configuration file it was read from, as a full path.</summary>
    public required string ConfigurationPath { get; init; }

    /// <summary>The kubeconfig file; null for <c>KUBECONFIG</c>, the user's own or the in-cluster account.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The kubeconfig context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The cluster that the context has to refer to; null when it is not checked.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>The Kubernetes namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>
    /// The Deployment's name. Of several workloads it is the first Deployment, or the first workload; lock and history bear its name.
    /// </summary>
    public required string Deployment { get; init; }

    /// <summary>The workloads of a release, in the order of their update; by default only the Deployment.</summary>
    public IReadOnlyList<Workload> Workloads
    {
        get => field.Count > 0 ? field : [new Workload(WorkloadKind.Deployment, Deployment)
        {
            Container = Container,
            AlsoContainers = AlsoContainers,
        }];
        init => field = value.ToArray();
    } = [];

    /// <summary>The workload whose name lock and history bear.</summary>
    internal Workload Main =>
        Workloads.FirstOrDefault(one => one.Kind == WorkloadKind.Deployment) is { } deployment ? deployment : Workloads[0];

    /// <summary>Whether a release is only the Deployment.</summary>
    internal bool IsOneDeployment => Workloads is [{ Kind: WorkloadKind.Deployment }];

    /// <summary>The name that the history of its releases bears, also when the target is one of several workloads.</summary>
    internal string ReleaseName { get => field ?? Deployment; init; } = null!;

    /// <summary>The same target with one of its workloads as the only one.</summary>
    internal Target For(Workload workload) => this with
    {
        Deployment = workload.Name,
        Container = workload.Container,
        AlsoContainers = workload.AlsoContainers,
        Workloads = [workload],
        ReleaseName = ReleaseName,
    };

    /// <summary>The container whose image is deployed; null when there is only one.</summary>
    public string? Container { get; init; }

    /// <summary>Other containers and init containers with the same image, for example one that migrates the database.</summary>
    public IReadOnlyList<string> AlsoContainers { get; init => field = value.ToArray(); } = [];

    /// <summary>The kustomize overlay that an update applies; null when it only sets the image.</summary>
    public KustomizeSettings? Kustomize { get; init; }

    /// <summary>
    /// What it means that somebody else owns the image: by tool (<c>argocd</c>, <c>flux</c>, <c>helm</c>, …) or field manager.
    /// </summary>
    public IReadOnlyDictionary<string, OwnershipAction> Ownership { get; init; } = new Dictionary<string, OwnershipAction>();

    /// <summary>The value of the metrics' environment label.</summary>
    public required string Environment { get; init; }

    /// <summary>The public address of the platform; null when it has none.</summary>
    public Uri? Url { get; init; }

    /// <summary>The image to build, and where to push it; null when no image is built.</summary>
    public ImageSettings? Image { get; init; }

    /// <summary>The source tree; null when it is not checked.</summary>
    public SourceSettings? Source { get; init; }

    /// <summary>Tag templates; may use <c>{utc:format}</c>, <c>{phase}</c> and <c>{gitsha}</c>.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value.ToArray(); } = [];

    /// <summary>Rules about files of the source tree.</summary>
    public IReadOnlyList<ReviewRule> Review { get; init => field = value.ToArray(); } = [];

    /// <summary>Required Secrets: object name to key to kind (<c>postgres-url</c>, <c>hex(64)</c>, <c>non-empty</c>, …).</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Secrets { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>The requirements for a rollout.</summary>
    public RolloutSettings Rollout { get; init; } = new();

    /// <summary>The settings of rollbacks.</summary>
    public RollbackSettings Rollback { get; init; } = new();

    /// <summary>The health endpoint.</summary>
    public HealthSettings Health { get; init; } = new();

    /// <summary>The metrics endpoint.</summary>
    public MetricsEndpointSettings MetricsEndpoint { get; init; } = new();

    /// <summary>What a smoke test looks at.</summary>
    public SmokeSettings Smoke { get; init; } = new();

    /// <summary>The address of Prometheus; null when it is not queried.</summary>
    public PrometheusSettings? Prometheus { get; init; }

    /// <summary>The address of Grafana; null when it is not queried.</summary>
    public GrafanaSettings? Grafana { get; init; }

    /// <summary>The address of Alertmanager; null when it is not queried.</summary>
    public AlertmanagerSettings? Alertmanager { get; init; }

    /// <summary>The required alert rules; null for none.</summary>
    public AlertSettings? Alerts { get; init; }

    /// <summary>The required metrics.</summary>
    public MetricSettings Metrics { get; init; } = new();

    /// <summary>How often a verification measures, and how much may fail.</summary>
    public VerificationSettings Verification { get; init; } = new();

    /// <summary>When to roll back.</summary>
    public TriggerSettings Triggers { get; init; } = new();

    /// <summary>The folder and the recipients of backups.</summary>
    public BackupSettings Backup { get; init; } = new();

    /// <summary>How migrations run; null when there are none.</summary>
    public MigrationSettings? Migrations { get; init; }

    /// <summary>The test data to send; null for none.</summary>
    public TestDataSettings? TestData { get; init; }

    /// <summary>The staging workflow on GitHub; null when there is none.</summary>
    public GitHubSettings? GitHub { get; init; }

    /// <summary>Where GitHub shows the deployments of the target; null when it shows none.</summary>
    public GitHubDeploymentSettings? GitHubDeployments { get; init; }

    /// <summary>What is attested of an image, and what it needs before it is deployed.</summary>
    public PromotionSettings Promotion { get; init; } = new();

    /// <summary>Whom to notify; null for nobody.</summary>
    public AnnounceSettings? Announce { get; init; }

    /// <summary>
    /// Certificate files of the operators whose ledgers and histories are believed, beside the operator's own. They are public.
    /// </summary>
    public IReadOnlyList<string> Signers { get; init => field = value.ToArray(); } = [];

    /// <summary>Hosts, or <c>host:port</c>, that are used without TLS although they are on another machine.</summary>
    public IReadOnlyList<string> Insecure { get; init => field = value.ToArray(); } = [];

    /// <summary>The roles that have to approve.</summary>
    public IReadOnlyList<string> Approvals { get; init => field = value.ToArray(); } = [];

    /// <summary>The tasks of people after a deployment.</summary>
    public IReadOnlyList<TaskSettings> Tasks { get; init => field = value.ToArray(); } = [];

    /// <summary>The rules of a deployment.</summary>
    public PolicySettings Policy { get; init; } = new();

    /// <summary>The name of the target.</summary>
    public override string ToString() => Name;
}
