using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Monitoring;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The dashboard of a target, as an operator verifies it.</summary>
public class DashboardTests : SandboxedTest
{
    [Fact]
    public void A_good_dashboard_passes_and_is_shown_in_80_columns()
    {
        var verification = Run("$target | Test-RsolvDashboard").ThrowOnError().Output.Single();
        Assert.Equal(
            ["Passed", "Succeeded", "rfc-060-validation"],
            [verification.Text("Verdict"), verification.Text("Status"), verification.Text("Uid")]);
        Assert.All(verification.Checks().Values, status => Assert.Equal("Passed", status));

        var lines = Session.Render("$d = $target | Test-RsolvDashboard; "
            + "foreach ($shown in $d, $d.Panels, $d.Panels[0].Queries) { $shown | Out-Default }");
        Assert.All(lines, line => Assert.True(line.Length <= 80, $"'{line}' has {line.Length} columns."));
        Assert.Equal(
            [
                "Verdict      Target        Panels Dashboard",
                "State    Panel                          Result",
                "Ref   State     Values Query",
            ],
            lines.Where((_, index) => index + 1 < lines.Count && lines[index + 1].StartsWith("---", StringComparison.Ordinal))
                .Select(line => line.TrimEnd()));
        Assert.Empty(Session.Changes);
    }

    [Fact]
    public void A_failed_panel_is_an_error_record_and_stops_with_error_action_stop()
    {
        Sandbox.Faults.Inject(Fault.PanelError, -1);
        var outcome = Run("$target | Test-RsolvDashboard").ThrowOnErrorBut("DashboardFailed");
        Assert.Equal("Failed", outcome.Output.Single().Checks()["grafana.panels"]);
        Assert.Contains("Mitigations", outcome.Errors.Single().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sbxsecret", outcome.Errors.Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dashboard_is_named_by_uid_or_link_and_nonsense_is_refused()
    {
        var outcome = Run("$target | Test-RsolvDashboard -Dashboard rfc-060-validation-v2; "
            + "$target | Test-RsolvDashboard -Dashboard 'https://grafana.example.org/d/rfc-060-validation/x?var-environment=production'")
            .ThrowOnError();
        Assert.Equal(
            ["rfc-060-validation-v2", "rfc-060-validation"], outcome.Output.Select(one => one.Text("Uid")));

        var wrong = Run("$target | Test-RsolvDashboard -Dashboard 'https://grafana.example.org/explore'").ThrowOnErrorBut("DashboardError");
        Assert.Contains("neither the uid nor the link", wrong.Errors.Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_that_is_specified_replaces_the_configured_one()
    {
        var outcome = Run("$wrong = [securestring]::new(); 'sbxsecret-wrong'.ToCharArray().ForEach({ $wrong.AppendChar($_) }); "
            + "$token = [securestring]::new(); "
            + $"'{GrafanaCredential.Default.Token}'.ToCharArray().ForEach({{ $token.AppendChar($_) }}); "
            + "$target | Test-RsolvDashboard -Credential ([pscredential]::new('admin', $wrong)); "
            + "$target | Test-RsolvDashboard -Credential ([pscredential]::new('Bearer', $token))").ThrowOnErrorBut("DashboardError");
        Assert.Equal(["Error", "Passed"], outcome.Output.Select(one => one.Text("Verdict")));
    }

    [Fact]
    public void The_dashboard_is_verified_behind_an_update_and_a_rollback_follows_it()
    {
        var outcome = Run("$target | Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false | Test-RsolvMetrics | "
            + "Test-RsolvDashboard -OutVariable d | Undo-RsolvDeployment -ToDigest production-20260101-000000 -Confirm:$false; $d")
            .ThrowOnError();
        Assert.Equal(["Succeeded", "Passed", "1"],
            [outcome.Output[0].Text("Status"), outcome.Output[1].Text("Verdict"), outcome.Output[1].Text("PreviousRevision")]);
    }

    [Fact]
    public void Test_RsolvMetrics_shows_the_checks_of_the_dashboard_in_the_order_of_the_checklist()
    {
        var checks = Run("$target | Test-RsolvMetrics").ThrowOnError().Output.Single().Checks();
        Assert.Equal(
            [
                "prometheus.environment-label", "grafana.dashboard", "grafana.environment-variable", "grafana.panels", "grafana.time-range",
                "alerts.loaded",
            ],
            checks.Keys.SkipWhile(id => id != "prometheus.environment-label").Take(6));
        Assert.All(
            checks.Where(check => check.Key.StartsWith("grafana.", StringComparison.Ordinal)),
            check => Assert.Equal("Passed", check.Value));
    }
}
