using System.Globalization;
using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Configuration;

/// <summary>Makes a target of settings that were read without a problem.</summary>
internal static class TargetReader
{
    public static Target Read(string name, string file, Settings settings) => new()
    {
        Name = name,
        ConfigurationPath = file,
        Kubeconfig = settings.Text("kubeconfig"),
        Context = settings.Text("context"),
        Cluster = settings.Inner("cluster") is { } cluster
            ? new ClusterSettings { Server = cluster.Text("server"), Uid = cluster.Text("uid") }
            : null,
        Namespace = settings.NeededText("namespace"),
        Deployment = settings.Text("deployment") ?? TargetWorkloads.Main(settings).Name,
        Workloads = TargetWorkloads.Read(settings),
        Container = settings.Text("deployment") is null ? TargetWorkloads.Main(settings).Container : settings.Text("container"),
        AlsoContainers = settings.Text("deployment") is null
            ? TargetWorkloads.Main(settings).AlsoContainers
            : settings.Texts("alsoContainers"),
        Kustomize = settings.Inner("kustomize") is { } kustomize
            ? new KustomizeSettings(kustomize.NeededText("path"), kustomize.Texts("takeOver"))
            : null,
        Ownership = settings.Map<OwnershipAction>("ownership"),
        Environment = settings.NeededText("environment"),
        Url = settings.Object<Uri>("url"),
        Image = settings.Inner("image") is { } image ? Image(image) : null,
        Source = settings.Inner("source") is { } source
            ? new SourceSettings(source.NeededText("path"), source.TextOr("remote", "origin"), source.TextOr("branch", "main"))
            : null,
        Tags = settings.Texts("tags"),
        Review = [.. settings.Items("review").Select(Review)],
        Secrets = Secrets(settings),
        Rollout = settings.Inner("rollout") is { } rollout ? Rollout(rollout) : new RolloutSettings(),
        Rollback = new RollbackSettings { Keep = settings.Inner("rollback")?.Texts("keep") ?? [] },
        Health = settings.Inner("health") is { } health ? HealthReader.Health(health) : new HealthSettings(),
        MetricsEndpoint = settings.Inner("metricsEndpoint") is { } endpoint
            ? HealthReader.MetricsEndpoint(endpoint)
            : new MetricsEndpointSettings(),
        Smoke = SmokeReader.Read(settings.Inner("smoke")),
        Prometheus = settings.Inner("prometheus") is { } prometheus ? Prometheus(prometheus) : null,
        Grafana = settings.Inner("grafana") is { } grafana ? Grafana(grafana) : null,
        Alertmanager = settings.Inner("alertmanager") is { } alertmanager
            ? new AlertmanagerSettings
            {
                Url = alertmanager.Object<Uri>("url"),
                Service = alertmanager.Object<ServiceAddress>("service"),
                Access = AccessSchema.Read(alertmanager),
            }
            : null,
        Alerts = settings.Inner("alerts") is { } alerts
            ? new AlertSettings(alerts.NeededText("groups"), alerts.Value<int>("count") ?? 0, alerts.Map<string>("quiet"))
            : null,
        Metrics = settings.Inner("metrics") is { } metrics ? Metrics(metrics) : new MetricSettings(),
        Verification = VerificationReader.Read(settings.Inner("verification")),
        Triggers = settings.Inner("triggers") is { } triggers ? Triggers(triggers) : new TriggerSettings(),
        Backup = settings.Inner("backup") is { } backup
            ? new BackupSettings
            {
                Path = backup.Text("path"),
                Keep = backup.Value<int>("keep"),
                KeepFor = backup.Value<TimeSpan>("keepFor"),
                Recipients = backup.Texts("recipients"),
                AdditionalKinds = backup.Texts("also"),
                EncryptAll = backup.Value<bool>("encryptAll") ?? false,
            }
            : new BackupSettings(),
        Migrations = settings.Inner("migrations") is { } migrations
            ? new MigrationSettings(
                migrations.Texts("status"), migrations.Texts("run"), migrations.Value<TimeSpan>("timeout") ?? TimeSpan.FromMinutes(10))
            : null,
        TestData = settings.Inner("testData") is { } data ? TestData(data) : null,
        GitHub = settings.Inner("github") is { } github ? GitHubReader.Read(github) : null,
        GitHubDeployments = settings.Inner("githubDeployments") is { } shown ? GitHubDeploymentSchema.Read(shown) : null,
        Promotion = settings.Inner("promotion") is { } promotion ? PromotionSchema.Read(promotion) : new PromotionSettings(),
        Announce = settings.Inner("announce") is { } announce ? AnnounceSchema.Read(announce) : null,
        Insecure = settings.Texts("insecure"),
        Signers = settings.Texts("signers"),
        Approvals = settings.Texts("approvals"),
        Tasks = TaskSchema.Read(settings),
        Policy = settings.Inner("policy") is { } policy ? PolicySchema.Read(policy) : new PolicySettings(),
    };

    private static ImageSettings Image(Settings image) => new()
    {
        Repository = image.NeededText("repository"),
        Context = image.Text("context"),
        Contexts = image.Map<string>("contexts"),
        Dockerfile = image.TextOr("dockerfile", "Dockerfile"),
        MaxSize = image.Value<long>("maxSize"),
        Platforms = image.Texts("platforms"),
        Builder = image.Text("builder"),
        Args = image.Map<object>("args").ToDictionary(arg => arg.Key, arg => BuildArgument(arg.Value)),
        BuildTarget = image.Text("target"),
        Buildx = image.Text("buildx"),
        CacheFrom = image.Texts("cacheFrom"),
        CacheTo = image.Texts("cacheTo"),
        Secrets = [.. image.Items("secrets").Select(secret => new BuildSecretSettings(secret.NeededText("id"))
        {
            Env = secret.Text("env"),
            File = secret.Text("file"),
            Secret = secret.Inner("secret")?.Text("name"),
            Key = secret.Inner("secret")?.Text("key"),
        })],
        Attestations = image.Inner("attestations") is { } attestations
            ? new AttestationSettings(
                attestations.Value<bool>("sbom") ?? attestations.Text("generator") is not null, attestations.Text("provenance"))
            {
                Generator = attestations.Text("generator"),
            }
            : new AttestationSettings(false, null),
    };

    private static string BuildArgument(object value) =>
        value is bool flag ? flag ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static ReviewRule Review(Settings rule) => new(rule.NeededText("id"), rule.NeededText("file"))
    {
        Contains = rule.Text("contains"),
        Lacks = rule.Text("lacks"),
        Matches = rule.Text("matches"),
        Exists = rule.Value<bool>("exists"),
    };

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Secrets(Settings settings) =>
        settings.Map<Dictionary<string, object>>("secrets").ToDictionary(
            secret => secret.Key,
            secret => (IReadOnlyDictionary<string, string>)secret.Value.ToDictionary(key => key.Key, key => (string)key.Value));

    private static RolloutSettings Rollout(Settings rollout)
    {
        var fallback = new RolloutSettings();
        return new RolloutSettings
        {
            Timeout = rollout.Value<TimeSpan>("timeout") ?? fallback.Timeout,
            StableFor = rollout.Value<TimeSpan>("stableFor") ?? fallback.StableFor,
            Restarts = rollout.Value<int>("restarts") ?? fallback.Restarts,
            Order = rollout.Text("order") == "parallel" ? RolloutOrder.Parallel : RolloutOrder.Sequential,
            Patience = Patience(rollout.Inner("patience")),
            StartMarker = rollout.Text("startMarker"),
            LogErrors = rollout.Texts("logErrors"),
        };
    }

    private static Dictionary<string, TimeSpan> Patience(Settings? patience)
    {
        var configured = new Dictionary<string, TimeSpan>();
        foreach (var cause in RolloutCauses.All)
            if (cause.IsConfigurable && patience?.Value<TimeSpan>(cause.Key) is { } time) configured[cause.Id] = time;
        return configured;
    }

    private static PrometheusSettings Prometheus(Settings prometheus) => new()
    {
        Url = prometheus.Object<Uri>("url"),
        Service = prometheus.Object<ServiceAddress>("service"),
        Access = AccessSchema.Read(prometheus),
        Job = prometheus.NeededText("job"),
        MaxScrapeAge = prometheus.Value<TimeSpan>("maxScrapeAge") ?? TimeSpan.FromSeconds(15),
    };

    private static GrafanaSettings Grafana(Settings grafana) => new()
    {
        Url = grafana.Object<Uri>("url"),
        Service = grafana.Object<ServiceAddress>("service"),
        Access = AccessSchema.Read(grafana),
        Dashboard = grafana.NeededText("dashboard"),
        Annotates = grafana.Value<bool>("annotate") ?? false,
        EnvironmentVariable = grafana.Text("environmentVariable"),
    };

    private static MetricSettings Metrics(Settings metrics) => new()
    {
        Families = metrics.Texts("families"),
        Labels = metrics.Texts("labels"),
        Rises = [.. metrics
            .Items("rises")
            .Select(rise => new MetricRise(rise.NeededText("id"), rise.NeededText("metric"), rise.Value<double>("by") ?? 0))],
    };

    private static TriggerSettings Triggers(Settings triggers) => new()
    {
        CrashLoopLongerThan = triggers.Inner("crashLoop")?.Value<TimeSpan>("longerThan"),
        ErrorRate = triggers.Inner("errorRate") is { } rate
            ? new ErrorRateTrigger(rate.NeededText("query"), rate.Value<double>("above") ?? 0)
            {
                Every = rate.Value<TimeSpan>("every") ?? TimeSpan.FromSeconds(15),
            }
            : null,
        Health = Failures(triggers.Inner("health")),
        Metrics = Failures(triggers.Inner("metrics")),
        Database = triggers.Inner("database") is { } database
            ? new DatabaseTrigger(database.NeededText("json"), database.NeededText("not")) { Log = Log(database.Inner("log")) }
            : null,
    };

    private static LogTrigger? Log(Settings? trigger) =>
        trigger is null ? null : new LogTrigger(
            trigger.NeededText("match"), trigger.Value<int>("times") ?? 3, trigger.Value<TimeSpan>("within") ?? TimeSpan.FromMinutes(1));

    private static FailureTrigger? Failures(Settings? trigger) =>
        trigger is null
            ? null
            : new FailureTrigger(trigger.Value<int>("failures") ?? 1, trigger.Value<TimeSpan>("every") ?? TimeSpan.FromSeconds(10));

    private static TestDataSettings TestData(Settings data)
    {
        var key = data.Inner("key");
        return new TestDataSettings(
            data.NeededText("path"),
            data.TextOr("header", "x-api-key"),
            new SecretKeyReference(key?.Text("secret") ?? "", key?.Text("key") ?? ""),
            data.NeededText("repo"),
            data.Value<int>("issueNumber") ?? 0)
        {
            Validation = Over(TestDataSettings.DefaultValidation, data.Map<object>("validation")),
            Mitigation = Over(TestDataSettings.DefaultMitigation, data.Map<object>("mitigation")),
        };
    }

    private static Dictionary<string, object> Over(
        IReadOnlyDictionary<string, object> defaults, IReadOnlyDictionary<string, object> configured)
    {
        var all = new Dictionary<string, object>(defaults);
        foreach (var (key, value) in configured) all[key] = value;
        return all;
    }
}
