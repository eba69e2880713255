using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Core.Tests.Storage;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>Folders of strangers among the backups: each is one row or one error, and none blocks.</summary>
public sealed class ForeignBackupTests : IClassFixture<BackedUpSandbox>, IDisposable
{
    private readonly BackedUpSandbox _made;
    private readonly string _root = Directory.CreateTempSubdirectory("rsolv-foreign-").FullName;

    public ForeignBackupTests(BackedUpSandbox made) => _made = made;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(ManifestFile.Name)]
    [InlineData(ManifestFile.HashName)]
    public async Task A_proof_that_is_a_pipe_is_one_bad_row(string proof)
    {
        var good = _made.CopyTo(Path.Combine(_root, "good"));
        var bad = _made.CopyTo(Path.Combine(_root, "production-bad"));
        File.Delete(Path.Combine(bad, proof));
        RegularFileTests.NamedPipe(Path.Combine(bad, proof));
        var rows = await Task.Run(() => BackupCatalog.ListAsync(_root, "production", verify: false, Ct), Ct)
            .WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal([good, bad], rows.OrderByDescending(row => row.Complete).Select(row => row.Path));
        Assert.Contains("is no regular file", rows.Single(row => row.Path == bad).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ManifestSigner.SignatureName)]
    [InlineData(ManifestSigner.CertificateName)]
    public async Task A_signature_that_is_a_pipe_is_refused(string proof)
    {
        var bad = _made.CopyTo(Path.Combine(_root, "production-bad"));
        File.Delete(Path.Combine(bad, proof));
        RegularFileTests.NamedPipe(Path.Combine(bad, proof));
        var opened = Task.Run(() => BackupFolder.Open(bad, _made.Keys), Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal("BackupCorrupt", (await Assert.ThrowsAsync<DeployException>(() => opened)).Id);
    }

    [Fact]
    public async Task A_manifest_of_gigabytes_is_one_bad_row()
    {
        var bad = _made.CopyTo(Path.Combine(_root, "production-bad"));
        using (var file = File.OpenWrite(Path.Combine(bad, ManifestFile.Name))) file.SetLength(3L << 30); // sparse
        var row = Assert.Single(await BackupCatalog.ListAsync(_root, "production", verify: false, Ct));
        Assert.Contains("is larger than", row.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ManifestFile.Name)]
    [InlineData(ManifestFile.HashName)]
    public async Task A_proof_that_is_a_second_name_of_a_file_of_another_user_is_one_bad_row(string proof)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root gives files to others.");
        var good = _made.CopyTo(Path.Combine(_root, "good"));
        var bad = _made.CopyTo(Path.Combine(_root, "production-bad"));
        var (theirs, linked) = (Path.Combine(_root, "theirs"), Path.Combine(bad, proof));
        File.Move(linked, theirs);
        foreach (var (program, arguments) in new[] { ("ln", new[] { theirs, linked }), ("chown", ["65534", theirs]) })
        {
            using var run = System.Diagnostics.Process.Start(program, arguments);
            await run.WaitForExitAsync(Ct);
        }

        var rows = await BackupCatalog.ListAsync(_root, "production", verify: false, Ct);
        Assert.Equal([good, bad], rows.OrderByDescending(row => row.Complete).Select(row => row.Path));
        Assert.Contains("another user's file", rows.Single(row => row.Path == bad).Problem, StringComparison.Ordinal);
    }

    // Between the check and the use: what is read is what was opened.
    [Fact]
    public async Task A_folder_that_is_swapped_for_a_link_after_it_was_opened_is_refused()
    {
        var path = _made.CopyTo(Path.Combine(_root, "production-swapped"));
        using var opened = BackupFolder.Open(path, _made.Keys);
        var item = opened.Manifest.Items[0];
        var folder = Path.GetDirectoryName(Path.Combine(path, item.File))!;
        var elsewhere = Path.Combine(_root, "elsewhere");
        Directory.Move(folder, elsewhere);
        Directory.CreateSymbolicLink(folder, elsewhere);
        var refused = await Assert.ThrowsAnyAsync<DeployException>(() => opened.ReadObjectAsync(item, Ct));
        Assert.Equal("BackupCorrupt", refused.Id);
    }

    [Fact]
    public void An_older_backup_under_the_name_of_a_newer_one_is_refused()
    {
        var copied = _made.CopyTo(Path.Combine(_root, "production-20991231T235959Z-20991231-235959-aaaaaa"));
        var refused = Assert.Throws<DeployException>(() => BackupFolder.Open(copied));
        Assert.Equal("BackupCorrupt", refused.Id);
        Assert.Contains("its name is that of another backup", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    public void A_passphrase_that_can_be_guessed_is_refused(string text)
    {
        using var passphrase = new RsolvDeploy.Backups.Cms.BackupPassphrase(text);
        var keys = new BackupKeyStore(Path.Combine(_root, "keys"));
        var refused = Assert.Throws<DeployException>(() => BackupEncryption.Plan(_made.Target.Backup, passphrase, keys));
        Assert.Equal("PassphraseTooShort", refused.Id);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_passphrase_is_never_the_only_recipient()
    {
        using var passphrase = new RsolvDeploy.Backups.Cms.BackupPassphrase("correct horse battery staple");
        var encryption = BackupEncryption.Plan(_made.Target.Backup, passphrase, _made.Keys);
        Assert.Equal(["certificate", "passphrase"], encryption.ForManifest().Recipients.Select(recipient => recipient.Type));
    }
}
