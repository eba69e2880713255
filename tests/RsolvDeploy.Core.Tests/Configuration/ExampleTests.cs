using RsolvDeploy.Configuration;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>The example holds every number of the deployment checklist, and every number arrives.</summary>
public class ExampleTests
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "examples", "rsolv.yaml");
    private static readonly ConfigurationFile File = ConfigurationFile.Load(Path);

    [Fact]
    public void It_describes_production_and_staging() => Assert.Equal(["production", "staging"], File.TargetNames);

    [Fact]
    public void Production_says_where_it_is()
    {
        var target = File.GetTarget("production");
        Assert.Equal("production", target.Name);
        Assert.Equal(Path, target.ConfigurationPath);
        Assert.Equal(("rsolv-production", "rsolv-production", "rsolv-platform", "rsolv-platform", "production"),
            (target.Context, target.Namespace, target.Deployment, target.Container, target.Environment));
        Assert.Equal(new Uri("https://rsolv.dev"), target.Url);
        Assert.Equal(["engineering-lead"], target.Approvals);
    }

    [Fact]
    public void Production_says_what_is_built()
    {
        var target = File.GetTarget("production");
        Assert.Equal("ghcr.io/rsolv-dev/rsolv-platform", target.Image!.Repository);
        Assert.Equal(1_000_000_000, target.Image.MaxSize);
        Assert.Equal(["linux/amd64"], target.Image.Platforms);
        Assert.Equal(
            System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "dev", "rsolv"), target.Image.Context);
        Assert.Equal(["production-{utc:yyyyMMdd-HHmmss}", "production-{phase}", "production-latest"], target.Tags);
        Assert.Equal(new SourceSettings(target.Image.Context!, "origin", "main"), target.Source);
        Assert.Equal(
            ["runtime-monitoring", "supervision-tree", "validation-plugin", "metrics-route", "no-staging"],
            target.Review.Select(rule => rule.Id));
        Assert.Equal("rsolv-staging.com", target.Review[^1].Lacks);
    }

    [Fact]
    public void Production_says_which_secrets_there_have_to_be() => Assert.Equal(
        [
            ("DATABASE_URL", "postgres-url"),
            ("SECRET_KEY_BASE", "hex(64)"),
            ("ANTHROPIC_API_KEY", "non-empty"),
            ("OPENAI_API_KEY", "non-empty"),
            ("POSTMARK_API_KEY", "non-empty"),
        ],
        File.GetTarget("production").Secrets["rsolv-secrets"].Select(key => (key.Key, key.Value)));

    [Fact]
    public void Production_has_the_checklists_times_and_thresholds()
    {
        var target = File.GetTarget("production");
        Assert.Equal(
            (TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10), "(?i)promex"),
            (target.Rollout.Timeout, target.Rollout.StableFor, target.Rollout.StartMarker));
        Assert.Equal([@"\[error\]", "CrashReport"], target.Rollout.LogErrors);
        Assert.Equal(
            ("/health", TimeSpan.FromSeconds(2), 10, 14),
            (target.Health.Path, target.Health.Under, target.Health.Samples, target.Health.TlsDaysLeft));
        Assert.Equal(("/metrics", TimeSpan.FromSeconds(1)), (target.MetricsEndpoint.Path, target.MetricsEndpoint.Under));
        Assert.Equal(TimeSpan.FromMinutes(5), target.Triggers.CrashLoopLongerThan);
        Assert.Equal(0.05, target.Triggers.ErrorRate!.Above);
        Assert.Equal(new FailureTrigger(3, TimeSpan.FromSeconds(10)), target.Triggers.Health);
        Assert.Equal(new FailureTrigger(3, TimeSpan.FromSeconds(10)), target.Triggers.Metrics);
        Assert.Equal(("$.database", "ok"), (target.Triggers.Database!.Json, target.Triggers.Database.Not));
        Assert.Equal((3, TimeSpan.FromMinutes(1)), (target.Triggers.Database.Log!.Times, target.Triggers.Database.Log.Within));
        Assert.Equal(TimeSpan.FromMinutes(10), target.Migrations!.Timeout);
        Assert.Equal(20, target.Backup.Keep);
    }

    [Fact]
    public void Production_says_what_is_monitored()
    {
        var target = File.GetTarget("production");
        Assert.Equal(new ServiceAddress("monitoring", "prometheus-service", 9090), target.Prometheus!.Service);
        Assert.Equal(("rsolv-platform", TimeSpan.FromSeconds(15)), (target.Prometheus.Job, target.Prometheus.MaxScrapeAge));
        Assert.Equal(new ServiceAddress("monitoring", "grafana-service", 3000), target.Grafana!.Service);
        Assert.Equal(new CredentialReference("monitoring/grafana-admin", "admin-user", "admin-password"), target.Grafana.Access.Credential);
        Assert.Equal(("rfc_060*", 9), (target.Alerts!.Groups, target.Alerts.Count));
        Assert.Equal("060", target.Alerts.Quiet["rfc"]);
        Assert.Equal(["rsolv_validation_*", "rsolv_mitigation_*"], target.Metrics.Families);
        Assert.Equal(["repo", "language", "framework", "environment"], target.Metrics.Labels);
        Assert.Equal([1, 1, 95], target.Metrics.Rises.Select(rise => rise.By));
        Assert.Equal(
            ("/api/v1/phases/store", "x-api-key", new SecretKeyReference("rsolv-secrets", "DEMO_API_KEY"), "RSOLV-dev/test-repo", 999),
            (target.TestData!.Path, target.TestData.Header, target.TestData.Key, target.TestData.Repository, target.TestData.IssueNumber));
        Assert.Equal(
            (95L, 3L, true),
            (target.TestData.Mitigation["trust_score"], target.TestData.Validation["tests_generated"],
                target.TestData.Validation["validated"]));
        Assert.Equal(new ServiceAddress("monitoring", "alertmanager-service", 9093), target.Alertmanager!.Service);
        Assert.Equal(new VerificationSettings(), target.Verification);
        var slack = new SecretValueReference { EnvironmentVariable = "RSOLV_SLACK_WEBHOOK" };
        Assert.Equal(new AnnounceSettings(true, true) { Slack = slack }, target.Announce);
    }

    [Fact]
    public void Staging_has_its_workflow_and_what_it_inherits()
    {
        var target = File.GetTarget("staging");
        var github = target.GitHub!;
        Assert.Equal(
            ("RSOLV-dev/nodegoat-vulnerability-demo", "rsolv-staging-test.yml", "STAGING_API_KEY", "RSOLV_STAGING_API_KEY"),
            (github.Repository, github.Workflow, github.SecretName, github.SecretEnvironmentVariable));
        Assert.Equal((GitHubSettings.PublicApi, TimeSpan.FromMinutes(45), true), (github.ApiUrl, github.Timeout, github.AllowSkip));
        Assert.Equal(
            ["claude_max_turns", "executable_tests", "max_issues", "mode"], github.Generated!.With.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(9, target.Alerts!.Count);
        Assert.DoesNotContain(target.Review, rule => rule.Id == "no-staging");
    }
}
