using RsolvDeploy.Backups;
using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Images;
using RsolvDeploy.Manifests;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>
/// A backup that fails half way ends in a failed result with its error, leaves nothing behind, and lets no later step act.
/// </summary>
public sealed class BackupFaultTests : IAsyncLifetime
{
    private BackupMaker _made = null!;
    private string _disk = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _made = await BackupMaker.StartAsync(Ct);
        _disk = Directory.CreateDirectory(Path.Combine(_made.Folder, "disk")).FullName;
    }

    public async ValueTask DisposeAsync()
    {
        await SmallDisk.UnmountAsync(_disk);
        await _made.DisposeAsync();
    }

    [Fact]
    public async Task A_full_disk_under_a_backup_is_its_failed_result_and_skips_the_publish()
    {
        for (var index = 0; index < 600; index++)
            _made.Sandbox.Create(new ConfigMapManifest($"many-{index}") { Data = { ["k"] = new string('x', 2000) } });
        await SmallDisk.MountAsync(_disk, "size=256k", Ct);
        using var front = new PlainFrontEnd(_made.Sandbox);
        var outcomes = await front.RunAsync(
            StepInvocation.Create(new BackupStep(), new BackupOptions { Destination = _disk, SkipDryRun = true }),
            StepInvocation.Create(new PublishStep(), new PublishOptions { Phase = "p1" }));

        Assert.Equal(
            [(StepStatus.Failed, "DiskFull"), (StepStatus.Skipped, null)],
            outcomes.Select(outcome => (outcome.Result.Status, outcome.Error?.Id)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_disk));
        var recorded = front.Recorded().Steps;
        Assert.Equal(StepStatus.Failed, recorded[0].Result?.Status);
        Assert.True(
            recorded[0].Facts is { } facts && facts.ToString().Contains(_disk, StringComparison.Ordinal), "The ledger names the folder.");
    }
}
