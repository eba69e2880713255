using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A backup has each kind at one version, and lists what changed meanwhile.</summary>
public sealed class BackupSnapshotTests : IAsyncLifetime
{
    private const int Many = 1200; // three chunks
    private BackupMaker _made = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _made = await BackupMaker.StartAsync(Ct);
        for (var index = 0; index < Many; index++)
            _made.Sandbox.Create(new ConfigMapManifest($"many-{index:0000}") { Data = { ["k"] = "v" } });
    }

    public ValueTask DisposeAsync() => _made.DisposeAsync();

    [Fact]
    public async Task A_backup_that_is_stopped_leaves_none_behind()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _made.WriteAsync(stop.Token, reporter: new ReporterAction(1, stop.Cancel)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_made.Backups));
    }

    [Fact]
    public async Task Without_a_change_every_kind_names_its_one_version_and_nothing_is_warned_of()
    {
        var backup = await _made.WriteAsync(Ct);
        Assert.Empty(backup.Changed);
        var check = backup.Checks.Single(one => one.Id == "backup.configmaps");
        Assert.Equal(CheckStatus.Passed, check.Status);
        Assert.Contains($"{Many + 1} configmaps at version {_made.Sandbox.Objects.Version}", check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changes_during_the_backup_is_named_object_by_object()
    {
        var store = _made.Sandbox.Objects;
        var ns = _made.Sandbox.Namespace;
        var backup = await _made.WriteAsync(Ct, reporter: new OnceListed(_made, () =>
        {
            store.Update(KindInfo.ConfigMaps, ns, "many-0001", Touch);
            store.Delete(KindInfo.ConfigMaps, ns, "many-0002");
            _made.Sandbox.Create(new ConfigMapManifest("new") { Data = { ["k"] = "v" } });
            _made.Sandbox.ChangeDeployment(deployment =>
                deployment["spec"]!["template"]!["metadata"]!["annotations"] = JsonNode.Parse("""{ "by": "somebody" }"""));
        }));
        Assert.Equal(StepStatus.Succeeded, backup.Status);
        Assert.Contains("Deployment/rsolv-platform was changed", backup.Changed);
        Assert.Equal(
            ["ConfigMap/many-0001 was changed", "ConfigMap/many-0002 was deleted", "ConfigMap/new was created"],
            backup.Changed.Where(change => change.StartsWith("ConfigMap", StringComparison.Ordinal)));
        var check = backup.Checks.Single(one => one.Id == "backup.configmaps");
        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.Contains("ConfigMap/many-0002 was deleted", check.Evidence, StringComparison.Ordinal);
        using var folder = BackupFolder.Open(backup.Path!, _made.Keys);
        Assert.Contains(folder.Manifest.Items, item => item.Name == "many-0002");
        Assert.DoesNotContain(folder.Manifest.Items, item => item.Name == "new");
        Assert.Equal(backup.Changed.Count, folder.Manifest.Changed.Count);
    }

    [Fact]
    public async Task An_expired_version_is_read_again()
    {
        _made.Sandbox.Faults.Inject(Fault.List410, 2);
        var backup = await _made.WriteAsync(Ct);
        Assert.Equal(Many + 1, backup.Items.Count(item => item.Kind == "ConfigMap"));
        using var folder = BackupFolder.Open(backup.Path!, _made.Keys);
        await folder.VerifyAsync(Ct);
    }

    [Fact]
    public async Task A_version_that_expires_in_every_attempt_is_an_error_and_nothing_remains()
    {
        _made.Sandbox.Faults.Inject(Fault.List410, -1);
        Assert.Equal("BackupInconsistent", (await Assert.ThrowsAsync<DeployException>(() => _made.WriteAsync(Ct))).Id);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_made.Backups));
    }

    private static JsonObject Touch(JsonObject map)
    {
        map["data"]!.AsObject()["k"] = "changed";
        return map;
    }

    /// <summary>Acts once when the ConfigMaps have been listed to the end.</summary>
    private sealed class OnceListed(BackupMaker made, Action act) : IReporter
    {
        private int _acted;

        public void Progress(ProgressUpdate update)
        {
            if (made.Sandbox.Requests.Count(request => request.Path.Contains("/configmaps?limit=500", StringComparison.Ordinal)) >= 3
                && Interlocked.Exchange(ref _acted, 1) == 0)
            {
                act();
            }
        }

        public void Verbose(string message) { }

        public void Warning(string message) { }

        public void Information(string message) { }
    }
}
