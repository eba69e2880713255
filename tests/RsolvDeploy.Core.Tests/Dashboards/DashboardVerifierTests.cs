using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Core.Tests.Checks;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Monitoring;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>The checks <c>grafana.*</c> against the sandbox's Grafana, through the port-forward and by its address.</summary>
public sealed class DashboardVerifierTests : IAsyncLifetime
{
    private static readonly string[] Ids =
        ["grafana.dashboard", "grafana.environment-variable", "grafana.panels", "grafana.time-range"];

    private SandboxServer _sandbox = null!;
    private Target _target = null!;
    private ClusterClient _cluster = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        _target = ConfigurationFile.Load(_sandbox.ConfigurationPath).GetTarget("production");
        _cluster = ClusterClient.Connect(_target, SilentReporter.Instance);
        await _sandbox.Services.Monitor.TickAsync(Ct);
        await _sandbox.Services.Monitor.TickAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_good_dashboard_passes_with_its_numbers()
    {
        var result = await VerifyAsync(_target);

        Assert.Equal(Ids, result.Checks.Select(check => check.Id));
        Assert.All(result.Checks, check => Assert.True(check.Status == CheckStatus.Passed, $"{check}: {check.Evidence}"));
        Assert.Equal((Verdict.Passed, StepStatus.Succeeded), (result.Verdict, result.Status));
        Assert.Equal((GrafanaDashboard.Uid, GrafanaDashboard.Title, "RSOLV"), (result.Uid, result.Title, result.Folder));
        Assert.StartsWith(
            "RFC-060 Validation and Mitigation (rfc-060-validation, classic schema, version 39), folder RSOLV: ",
            Of(result, "grafana.dashboard").Evidence,
            StringComparison.Ordinal);
        Assert.Equal("environment offers production, staging and selects production", Of(result, "grafana.environment-variable").Evidence);
        var panels = Of(result, "grafana.panels");
        Assert.Equal((7L, 7L, "panels"), (panels.Expected, panels.Actual, panels.Unit));
        var range = Of(result, "grafana.time-range");
        Assert.Equal("now-1h to now, refreshed every 30s; there is no deployment in this pipeline", range.Evidence);
        Assert.Equal((3600.0, 0.0, "s"), (range.Expected, range.Actual, range.Unit));
        ComparedValues.AssertFilled(result.Checks);
    }

    [Fact]
    public async Task Every_panel_shows_its_query_with_the_values_and_whether_there_is_data()
    {
        var panels = (await VerifyAsync(_target)).Panels.ToDictionary(panel => panel.Title);

        Assert.Equal(8, panels.Count);
        Assert.Equal(PanelState.Data, panels["Validations"].State);
        Assert.Equal(
            "sum(rsolv_validation_executions_total{environment=\"production\"})", panels["Validations"].Queries.Single().Expression);
        // An hour in 1,000 points is an interval of 5 s, and one scrape of 1 s.
        Assert.Equal(
            "sum by (language) (rate(rsolv_validation_executions_total{environment=\"production\"}[6s]))",
            panels["Validation rate"].Queries.Single().Expression);
        Assert.Equal(PanelState.NoQuery, panels["About"].State);
        Assert.Equal((PanelState.Data, "gauge"), (panels["Mean trust score"].State, panels["Mean trust score"].Type)); // the library panel
        var repeated = panels.Values.Single(panel => panel.Title.StartsWith("Up: ", StringComparison.Ordinal));
        Assert.Equal(("Instances", PanelState.Data), (repeated.Row, repeated.State));
        Assert.All(panels.Values, panel => Assert.Null(panel.Error));
    }

    [Fact]
    public async Task A_dashboard_of_the_v2_schema_is_the_same()
    {
        var classic = await VerifyAsync(_target);
        var resource = await VerifyAsync(_target, GrafanaResource.Uid);

        Assert.Equal(Verdict.Passed, resource.Verdict);
        Assert.Contains("schema v2beta1", Of(resource, "grafana.dashboard").Evidence, StringComparison.Ordinal);
        Assert.Equal(
            classic.Panels.Where(panel => panel.State != PanelState.NoQuery)
                .Select(panel => (panel.Title, panel.State, panel.Queries.Single().Expression)),
            resource.Panels.Select(panel => (panel.Title, panel.State, panel.Queries.Single().Expression)));
    }

    [Fact]
    public async Task A_query_that_fails_is_named_with_its_panel_and_error()
    {
        _sandbox.Faults.Inject(Fault.PanelError, -1);
        var result = await VerifyAsync(_target);

        var panels = Of(result, "grafana.panels");
        Assert.Equal((CheckStatus.Failed, (object)7L, (object)5L), (panels.Status, panels.Expected, panels.Actual));
        Assert.Contains("Mitigations, query A sum(rsolv_mitigation_executions_total{environment=\"production\"}): execution: query "
            + "processing would load too many samples", panels.Evidence, StringComparison.Ordinal);
        Assert.Equal((Verdict.Failed, 2), (result.Verdict, result.Panels.Count(panel => panel.State == PanelState.Error)));
        Assert.Equal("DashboardFailed", (await RunAsync(_target, null)).Error?.Id);
    }

    [Fact]
    public async Task Panels_without_data_are_told_apart_and_are_a_warning_when_there_is_none_at_all()
    {
        _sandbox.Faults.Inject(Fault.PanelNoData, -1);
        var result = await VerifyAsync(_target);

        Assert.Equal(CheckStatus.Warning, Of(result, "grafana.panels").Status);
        Assert.Contains("0 with data, 7 without (Validations, ", Of(result, "grafana.panels").Evidence, StringComparison.Ordinal);
        Assert.Equal(Verdict.Passed, result.Verdict);
    }

    [Fact]
    public async Task A_missing_permission_is_an_error_that_names_it()
    {
        _sandbox.Faults.Inject(Fault.GrafanaForbidden, -1);
        var result = await VerifyAsync(_target);

        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.Contains("GrafanaForbidden", Of(result, "grafana.dashboard").Evidence, StringComparison.Ordinal);
        Assert.Contains("dashboards:read", Of(result, "grafana.dashboard").Evidence, StringComparison.Ordinal);
        Assert.Contains("role Viewer", Of(result, "grafana.dashboard").Remedy, StringComparison.Ordinal);
        Assert.All(result.Checks.Skip(1), check => Assert.Equal(
            "the dashboard could not be read; see grafana.dashboard", check.Evidence));
    }

    [Fact]
    public async Task A_dashboard_that_does_not_exist_is_not_met()
    {
        var result = await VerifyAsync(_target, "no-such-dashboard");

        var check = Of(result, "grafana.dashboard");
        Assert.Equal((CheckStatus.Failed, (object)1L, (object)0L, "dashboards"), (check.Status, check.Expected, check.Actual, check.Unit));
        Assert.Contains("the dashboard no-such-dashboard: Dashboard not found", check.Evidence, StringComparison.Ordinal);
        Assert.Equal(Verdict.Failed, result.Verdict);
    }

    [Fact]
    public async Task A_wrong_password_is_an_error_without_the_password()
    {
        await PutSecretAsync("grafana-admin", "admin-password", "sbxsecret-wrong-password");
        var result = await VerifyAsync(_target);

        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.Contains("GrafanaUnauthorized", Of(result, "grafana.dashboard").Evidence, StringComparison.Ordinal);
        Assert.Contains("grafana.credential", Of(result, "grafana.dashboard").Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Checks, check => check.Evidence.Contains("sbxsecret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_is_used_as_well_and_Grafana_is_reached_by_its_address()
    {
        await PutSecretAsync("grafana-token", "token", GrafanaCredential.Default.Token + "\n");
        var result = await VerifyAsync(_target with
        {
            Grafana = new GrafanaSettings
            {
                Url = _sandbox.Services.Grafana,
                Dashboard = GrafanaDashboard.Uid,
                Access = new ServiceAccessSettings
                {
                    Credential = new CredentialReference("monitoring/grafana-token", "", "") { Token = "token" },
                },
            },
        });

        Assert.Equal(Verdict.Passed, result.Verdict);
    }

    [Fact]
    public async Task A_credential_that_is_missing_is_an_error_that_names_the_Secret()
    {
        var settings = _target.Grafana!;
        var result = await VerifyAsync(_target with
        {
            Grafana = settings with
            {
                Access = new ServiceAccessSettings { Credential = new CredentialReference("monitoring/none", "a", "b") },
            },
        });

        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.Equal(
            "Not measured (CredentialNotFound): The Secret monitoring/none does not exist.", Of(result, "grafana.dashboard").Evidence);
    }

    [Fact]
    public async Task Grafana_that_does_not_respond_is_an_error_not_a_failure()
    {
        using var closed = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        closed.Start();
        var port = ((System.Net.IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        var result = await VerifyAsync(_target with
        {
            Grafana = new GrafanaSettings { Url = new Uri($"http://127.0.0.1:{port}"), Dashboard = "any" },
        });

        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.Contains(
            "(GrafanaUnreachable): Grafana at http://127.0.0.1", Of(result, "grafana.dashboard").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_selects_values_and_another_environment_is_not_offered()
    {
        var link = $"https://grafana.example.org/d/{GrafanaDashboard.Uid}/x?orgId=1&var-environment=staging&from=now-6h&to=now";
        var linked = await VerifyAsync(_target, link);
        var other = await VerifyAsync(_target with { Environment = "demo" });

        var variable = Of(linked, "grafana.environment-variable");
        Assert.Equal((CheckStatus.Failed, "production", "staging"), (variable.Status, variable.Expected, variable.Actual));
        Assert.Contains("environment=\"staging\"", linked.Panels[0].Queries[0].Expression, StringComparison.Ordinal);
        Assert.StartsWith("now-6h to now", Of(linked, "grafana.time-range").Evidence, StringComparison.Ordinal);
        Assert.Equal(
            "environment offers production, staging and selects production; demo is not offered",
            Of(other, "grafana.environment-variable").Evidence);
    }

    [Fact]
    public async Task A_range_that_begins_after_the_deployment_or_ends_before_now_is_not_met()
    {
        var url = $"https://grafana.example.org/d/{GrafanaDashboard.Uid}/x";
        var rollout = new Rollout(_target, "run", StepStatus.Succeeded, [Started(DateTimeOffset.UtcNow.AddMinutes(-10))]);
        var narrow = await VerifyAsync(_target, $"{url}?from=now-5m&to=now", rollout);
        var past = await VerifyAsync(_target, $"{url}?from=now-2h&to=now-1h", rollout);
        var wide = await VerifyAsync(_target, null, rollout);

        Assert.Equal(
            [CheckStatus.Failed, CheckStatus.Failed, CheckStatus.Passed],
            new[] { narrow, past, wide }.Select(result => Of(result, "grafana.time-range").Status));
        Assert.Equal((300.0, 600.0), (Of(narrow, "grafana.time-range").Expected, Of(narrow, "grafana.time-range").Actual));
        // The queries run over the deployment, whatever the dashboard shows.
        Assert.InRange((wide.To!.Value - wide.From!.Value).TotalMinutes, 9.9, 10.5);
    }

    [Fact]
    public async Task A_target_without_Grafana_skips_the_checks()
    {
        var result = await VerifyAsync(_target with { Grafana = null });

        Assert.Equal(Verdict.Inconclusive, result.Verdict);
        Assert.All(result.Checks, check => Assert.Equal(
            (CheckStatus.Skipped, "the target has no grafana"), (check.Status, check.Evidence)));
    }

    [Fact]
    public async Task The_panels_alone_can_be_run()
    {
        using var context = StepContexts.Create(_cluster, _target, StepKind.Dashboard);
        var run = await DashboardRunner.RunPanelsAsync(context, Ct);

        Assert.Equal([PanelState.Data, PanelState.NoQuery], run.Panels.Where(panel => panel.State != PanelState.NoData)
            .Select(panel => panel.State).Distinct().Order());
    }

    private static Check Started(DateTimeOffset at) => new("rollout.completed", "Update", "t", CheckStatus.Passed) { Started = at };

    private static Check Of(DashboardVerification result, string id) => result.Checks.Single(check => check.Id == id);

    private async Task<DashboardVerification> VerifyAsync(Target target, string? dashboard = null, IStepResult? previous = null) =>
        (DashboardVerification)(await RunAsync(target, dashboard, previous)).Result;

    private async Task<StepOutcome> RunAsync(Target target, string? dashboard, IStepResult? previous = null)
    {
        using var plain = StepContexts.Create(_cluster, target, StepKind.Dashboard);
        using var context = new StepContext(target, plain.Journal, _cluster) { Previous = previous };
        return await StepInvocation.Create(new DashboardStep(), new DashboardOptions(dashboard)).RunAsync(context, Ct);
    }

    private async Task PutSecretAsync(string name, string key, string value)
    {
        var kind = ResourceKind.Secrets;
        var data = new JsonObject { [key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value)) };
        var secret = await _cluster.FindAsync(kind, "monitoring", name, Ct);
        if (secret is null)
        {
            await _cluster.CreateAsync(
                kind,
                "monitoring",
                new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "Secret",
                    ["metadata"] = new JsonObject { ["name"] = name },
                    ["data"] = data,
                },
                dryRun: false,
                Ct);
            return;
        }

        secret["data"]![key] = data[key]!.DeepClone();
        await _cluster.ReplaceAsync(kind, "monitoring", name, secret, Ct);
    }
}
