using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>
/// Values of every kind, in every place that the module reads: none of them occurs in what a failed deployment prints, records and leaves.
/// </summary>
public sealed class CanaryTests : IAsyncLifetime
{
    private SandboxedSession _session = null!;
    private ObservedProgram _program = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SandboxServer Sandbox => _session.Sandbox;

    public async ValueTask InitializeAsync()
    {
        _session = await SandboxedSession.StartAsync();
        _program = new ObservedProgram(_session.Sandbox);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        _program.Dispose();
    }

    [Fact]
    public async Task A_failed_deployment_and_its_rollback_show_no_value()
    {
        Sandbox.Change(KindInfo.ConfigMaps, "rsolv-config", map => map["data"]!["MOTD"] = "canary-config");
        Sandbox.Change(KindInfo.Deployments, SandboxSeed.Deployment, deployment =>
        {
            var container = deployment["spec"]!["template"]!["spec"]!["containers"]![0]!.AsObject();
            container["args"] = new JsonArray("start", "--session", "canary-argument");
            container["env"] = new JsonArray(
                new JsonObject { ["name"] = "SHARED_PASSWORD", ["value"] = "canary-variable" },
                new JsonObject
                {
                    ["name"] = "PLAIN",
                    ["valueFrom"] = new JsonObject
                    {
                        ["secretKeyRef"] = new JsonObject { ["name"] = "rsolv-secrets", ["key"] = "OPENAI_API_KEY" },
                    },
                });
            container["readinessProbe"]!["httpGet"]!["httpHeaders"] = new JsonArray(
                new JsonObject { ["name"] = "X-Probe", ["value"] = "canary-header" });
        });
        var digest = Sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "careless", "prints-environment").Digest;
        var printed = await _program.RunAsync($$"""
            Backup-RsolvState production @at | Show
            $image = '{{Sandbox.Services.RegistryHost}}/{{SandboxSeed.Repository}}@{{digest}}'
            Update-RsolvDeployment production @at -Image $image -WhatIf | Show
            Update-RsolvDeployment production @at -Image $image -RollbackOnFailure -Reason 'ticket 7, password=canary-reason' -Confirm:$false | Show
            Get-RsolvHistory production @at | Show
            Get-RsolvRun | Show
            Get-RsolvRun | Export-RsolvReport -Format Html, Markdown, Json, JUnit, Sarif -Path ($env:XDG_DATA_HOME + '/reports') | Show
            Show-Errors
            """, Ct);
        Sandbox.Change(KindInfo.ConfigMaps, "rsolv-config", map => map["data"]!["MOTD"] = "canary-changed");
        Sandbox.Change(KindInfo.Deployments, SandboxSeed.Deployment, deployment =>
            deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]![0]!["value"] = "canary-by-hand");
        printed += await _program.RunAsync("""
            $first = (Get-RsolvBackup production @at)[0].Path
            Compare-RsolvState production $first @at -IncludeEqual | Show
            Restore-RsolvState production $first @at -WhatIf | Show
            Restore-RsolvState production $first @at -Confirm:$false | Show
            Undo-RsolvDeployment production @at -Reason 'token=canary-undo' -Confirm:$false | Show
            Show-Errors
            """, Ct);

        foreach (var shown in new[] { "RolloutFailed", "the runtime terminated", "ticket 7, password=(not shown)", "MOTD", "Succeeded" })
            Assert.Contains(shown, printed, StringComparison.Ordinal);
        Assert.Contains(_program.Texts(printed), text => text.Where.EndsWith(".log", StringComparison.Ordinal)); // the evidence has logs
        Assert.Contains(_program.Texts(printed), text => text.Where.EndsWith(".sarif", StringComparison.Ordinal)); // the reports
        Assert.All(
            _program.Texts(printed)
                .Where(text => !text.Where.Contains("backups", StringComparison.Ordinal)) // ConfigMaps are not encrypted by default
                .Append(("the history", Text(KindInfo.ConfigMaps, $"rsolv-history-{SandboxSeed.Deployment}")))
                .Append(("the annotations", Annotations())),
            text =>
            {
                Assert.DoesNotContain("canary-", text.Item2, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("sbxsecret", text.Item2, StringComparison.OrdinalIgnoreCase);
            });
    }

    private string Text(KindInfo kind, string name) => Sandbox.Objects.Find(kind, Sandbox.Namespace, name)!.ToJsonString();

    private string Annotations() =>
        Sandbox.Objects.Find(KindInfo.Deployments, Sandbox.Namespace, SandboxSeed.Deployment)!["metadata"]!["annotations"]!.ToJsonString();
}
