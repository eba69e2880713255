using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>
/// A disk that fails is named, and leaves no incomplete backup that looks complete. On real file systems, where the test may mount them.
/// </summary>
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
    [InlineData("size=256k", 400)]
    [InlineData("size=256k", 600)] // they share files
    [InlineData("nr_inodes=100", 400)]
    public async Task A_full_disk_is_named_and_nothing_stays(string limit, int objects)
    {
        for (var index = 0; index < objects; index++)
            _made.Sandbox.Create(new ConfigMapManifest($"many-{index}") { Data = { ["k"] = new string('x', 2000) } });
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
        Assert.Equal(
            "BackupNotWritable",
            (await Assert.ThrowsAsync<DeployException>(() => _made.WriteAsync(Ct, destination: Path.Combine(_disk, "backups")))).Id);
    }

    [Theory]
    [InlineData(1, 300)] // longer than a name may be
    [InlineData(40, 200)] // longer than a path may be
    public async Task A_path_that_is_too_long_is_named_and_nothing_remains(int folders, int length)
    {
        var destination = Path.Combine([_made.Folder, "long", .. Enumerable.Repeat(new string('d', length), folders)]);
        var fault = await Assert.ThrowsAsync<DeployException>(() => _made.WriteAsync(Ct, destination: destination));
        Assert.Equal("BackupPathTooLong", fault.Id);
        Assert.Contains(destination, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_made.Folder, "long")));
    }

    [Fact]
    public async Task A_backup_that_is_being_written_is_listed_as_such_and_not_deleted_until_its_process_ends()
    {
        var draft = "";
        IReadOnlyList<BackupInfo> listed = [];
        DeployException? refused = null;
        var whole = await _made.WriteAsync(Ct, reporter: new ReporterAction(1, () =>
        {
            draft = Assert.Single(Directory.EnumerateDirectories(_made.Backups));
            listed = BackupCatalog.ListAsync(_made.Backups, "production", verify: false, Ct).GetAwaiter().GetResult();
            refused = Assert.Throws<DeployException>(() => BackupCatalog.Delete(draft));
        }));
        Assert.Equal("it is being written", Assert.Single(listed).Problem);
        Assert.Equal("BackupBusy", refused!.Id);
        using (var folder = BackupFolder.Open(whole.Path!, _made.Keys)) await folder.VerifyAsync(Ct);

        // As a process leaves it that was killed: the file is there, and nobody holds it.
        Directory.CreateDirectory(draft);
        await File.WriteAllTextAsync(Path.Combine(draft, BackupLocation.LockName), "", Ct);
        Assert.Equal(
            "it was interrupted while it was written or deleted",
            (await BackupCatalog.ListAsync(_made.Backups, "production", verify: false, Ct)).Single(info => !info.Complete).Problem);
        BackupCatalog.Delete(draft);
        Assert.False(Directory.Exists(draft));
    }
}
