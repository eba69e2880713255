using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Alerting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Alerts that fire, and what Alertmanager does with them.</summary>
public class SilenceTests : SandboxedTest
{
    [Fact]
    public async Task A_firing_alert_names_its_receiver_and_a_silenced_one_who_silenced_it()
    {
        Sandbox.Faults.Inject(Fault.AlertFiring, -1);
        while (!Sandbox.Services.Monitor.Rules.Groups.SelectMany(group => group.Rules).Any(rule => rule.Alerts.Any(one => one.Firing)))
            await Sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken);

        var loud = Run("Test-RsolvMetrics $target").ThrowOnErrorBut("VerificationFailed").Output.Single();
        Sandbox.Services.Monitor.Silences.Set(new Silence(
            "s1",
            [new Matcher("rfc", "060", IsRegex: false, IsEqual: true)],
            DateTimeOffset.UtcNow.AddMinutes(-1),
            new DateTimeOffset(2099, 1, 1, 12, 0, 0, TimeSpan.Zero),
            "alice",
            "load test"));
        var silent = Run("Test-RsolvMetrics $target").ThrowOnError().Output.Single();

        Assert.Equal(("Failed", "Failed"), (loud.Text("Verdict"), loud.Checks()["alerts.quiet"]));
        Assert.Contains($"sent to {AlertmanagerEndpoints.Receiver}", Quiet(loud), StringComparison.Ordinal);
        Assert.Equal(("Passed", "Warning"), (silent.Text("Verdict"), silent.Checks()["alerts.quiet"]));
        Assert.Contains("silenced by alice until 2099-01-01 12:00 UTC (load test)", Quiet(silent), StringComparison.Ordinal);
    }

    private static string Quiet(System.Management.Automation.PSObject verification) =>
        verification.Items("Checks").Single(check => check.Text("Id") == "alerts.quiet").Text("Evidence");
}
