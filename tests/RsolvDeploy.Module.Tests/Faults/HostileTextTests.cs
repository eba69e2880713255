using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Sandbox.Monitoring;

namespace RsolvDeploy.Module.Tests.Faults;

/// <summary>What others wrote into a cluster, a Prometheus or an answer of a plugin never writes to the terminal of the operator.</summary>
public class HostileTextTests : SandboxedTest
{
    private const string Hostile = "evil\u001b]0;owned\u0007\u001b[2J\u009b1A\u202e\rend";

    // The view, the list that follows another output, and each value as text.
    private const string Everything = " | Out-Default; [pscustomobject]@{ Another = 1 }, $it | Out-Default; "
        + "$it | ForEach-Object { foreach ($one in $_.PSObject.Properties) { \"$($one.Value)\" } } | Out-Default";


    [Fact]
    public async Task Names_and_labels_of_alerts_are_visible_in_every_view()
    {
        Sandbox.Services.Monitor.Rules.Add(new RuleGroup(
            $"rfc_060_{Hostile}", [new AlertRule(Hostile, "rsolv_validation_queue_length > -1", TimeSpan.Zero, Hostile, Hostile)]));
        await Sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken);
        Sandbox.Services.Monitor.Store.Age(60_000);
        Shows("$it = ($target | Measure-RsolvMetrics -Days 0.01).Alerts; $it" + Everything);
        Shows("$it = $target | Test-RsolvMetrics -ErrorAction SilentlyContinue; $it.Checks" + Everything);
        Shows("$it = $target | Test-RsolvEnvironment -ErrorAction SilentlyContinue; $it.Checks" + Everything);
    }

    [Fact]
    public void What_stands_in_the_lock_the_deployment_and_its_pods_is_visible()
    {
        Run("$target | Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false").ThrowOnError();
        Sandbox.Change(KindInfo.Leases, $"rsolv-lock-{SandboxSeed.Deployment}", lease =>
        {
            lease["spec"]!["holderIdentity"] = Hostile;
            lease["spec"]!["renewTime"] = "2999-01-01T00:00:00.000000Z";
            lease["spec"]!["acquireTime"] = "2999-01-01T00:00:00.000000Z";
        });
        Sandbox.ChangeDeployment(deployment =>
        {
            deployment["metadata"]!["labels"] = new JsonObject { ["team"] = Hostile };
            deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = $"127.0.0.1:1/{Hostile}:1";
        });
        Shows("$it = Get-RsolvDeployment $target; $it" + Everything);
        Shows("$it = Update-RsolvDeployment $target -Image production-20260101-000000 -Confirm:$false -ErrorAction SilentlyContinue; $it"
            + Everything + "; $Error[0].Exception.Message, $Error[0].ErrorDetails.RecommendedAction | Out-Default");
    }

    [Theory]
    [InlineData("printf '%s' \"$HOSTILE\" >&2; exit 1")]
    [InlineData("printf '%s' \"$HOSTILE\"")]
    [InlineData("printf '{\"apiVersion\":\"%s\"}' \"$HOSTILE\"")]
    [InlineData("printf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"%s\"}' \"$HOSTILE\"")]
    [InlineData("printf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"%s\"}}' \"$HOSTILE\"")]
    public void An_answer_of_a_credential_plugin_is_visible(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin is a script of sh.");
        var text = File.ReadAllText(Sandbox.KubeconfigPath);
        var users = text.IndexOf("users:", StringComparison.Ordinal);
        var plugin = $$"""
            users:
            - name: admin
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  interactiveMode: Never
                  command: sh
                  args: ["-c", {{JsonValue.Create(script).ToJsonString()}}]
                  env:
                  - { name: HOSTILE, value: {{JsonValue.Create(Hostile).ToJsonString()}} }

            """;
        File.WriteAllText(Sandbox.KubeconfigPath, text[..users] + plugin + text[text.IndexOf("contexts:", StringComparison.Ordinal)..]);
        var outcome = Run("Get-RsolvDeployment $target -ErrorAction SilentlyContinue; Get-RsolvDeployment $target");
        Assert.Equal("CredentialPluginFailed", outcome.Errors[0].FullyQualifiedErrorId.Split(',')[0]);
        Shows("Get-RsolvDeployment $target -Verbose 2>&1 4>&1 | ForEach-Object { \"$_\" } | Out-Default", "credential plugin");
    }

    private void Shows(string script, string named = "evil")
    {
        Session.Render(script);
        var raw = Interface.Raw;
        Assert.Contains(named, raw, StringComparison.Ordinal);
        foreach (var part in (string[])["\u001b]", "\u0007", "\u001b[2J", "\u009b", "\u202e", "\rend"])
        {
            Assert.False(
                raw.Contains(part, StringComparison.Ordinal),
                $"{script} writes {Uri.EscapeDataString(part)}:\n{raw.Replace('\u001b', '^')}");
        }
    }
}
