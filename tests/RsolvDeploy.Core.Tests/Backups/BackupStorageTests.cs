using RsolvDeploy.Backups;
using RsolvDeploy.Errors;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A disk that fails is named, and leaves no half backup that looks whole. On real file systems, where the test may mount them.</summary>
public sealed class BackupStorageTests : IAsyncLifetime
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

    [Theory]
    [InlineData("size=256k")]
    [InlineData("nr_inodes=100")]
    public async Task A_full_disk_is_named_and_nothing_stays(string limit)
    {
        for (var index = 0; index < 600; index++) _made.Sandbox.Objects.Create(KindInfo.ConfigMaps, _made.Sandbox.Namespace, BackupMaker.Map($"many-{index}", "k", new string('x', 2000)));
        await SmallDisk.MountAsync(_disk, limit, Ct);
        var fault = await Assert.ThrowsAsync<DeployException>(() => _made.WriteAsync(Ct, destination: _disk));
        Assert.Equal("DiskFull", fault.Id);
        Assert.Contains(_disk, fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_disk));
        Assert.Empty(await BackupCatalog.ListAsync(_disk, "production", verify: false, Ct));
    }

    [Fact]
    public async Task A_read_only_disk_is_named()
    {
        await SmallDisk.MountAsync(_disk, "ro", Ct);
        Assert.Equal("BackupNotWritable", (await Assert.ThrowsAsync<DeployException>(() => _made.WriteAsync(Ct, destination: Path.Combine(_disk, "backups")))).Id);
    }
}
