using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A backup is accepted from a trusted signer, or with its passphrase.</summary>
public sealed class SignatureTests(BackedUpSandbox made) : IClassFixture<BackedUpSandbox>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-signed-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private BackupKeyStore OtherKeys => new(Path.Combine(_folder, "stranger"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_backup_of_an_unknown_signer_is_refused_until_its_certificate_is_trusted()
    {
        var backup = made.CopyTo(Path.Combine(_folder, "backup"));
        using (var unknown = BackupFolder.Open(backup, OtherKeys))
        {
            var fault = await Assert.ThrowsAsync<DeployException>(() => unknown.VerifyAsync(Ct));
            Assert.Equal("BackupSignerUnknown", fault.Id);
            Assert.Contains(made.Keys.LoadCertificate().Fingerprint, fault.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<DeployException>(() => unknown.ReadObjectAsync("Deployment", "rsolv-platform", Ct));
        }

        Directory.CreateDirectory(OtherKeys.SignersFolder);
        File.Copy(Path.Combine(backup, ManifestSigner.CertificateName), Path.Combine(OtherKeys.SignersFolder, "colleague.pem"));
        using var trusted = BackupFolder.Open(backup, OtherKeys);
        await trusted.VerifyAsync(Ct);
    }

    [Fact]
    public async Task A_backup_of_an_unknown_signer_is_listed_as_complete_but_not_verified()
    {
        made.CopyTo(Path.Combine(_folder, "backup"));
        var listed = Assert.Single(await BackupCatalog.ListAsync(_folder, made.Target.Name, verify: true, Ct));
        Assert.Equal((true, false), (listed.Complete, listed.Verified));
        Assert.Contains(made.Keys.LoadCertificate().Fingerprint, listed.Problem, StringComparison.Ordinal);
        Assert.Contains(ManifestSigner.CertificateName, listed.Problem, StringComparison.Ordinal);
        Assert.Null(await BackupCatalog.FindNewestGoodAsync([listed], Ct));
    }

    [Fact]
    public async Task A_manifest_that_another_signer_signed_again_is_refused()
    {
        var backup = made.CopyTo(Path.Combine(_folder, "backup"));
        OtherKeys.EnsureCreated(DateTimeOffset.UtcNow);
        ForgedManifest.Write(
            backup,
            text => text.Replace(
                made.Keys.LoadCertificate().Fingerprint, OtherKeys.LoadCertificate().Fingerprint, StringComparison.Ordinal),
            OtherKeys);
        using var folder = BackupFolder.Open(backup, made.Keys);
        Assert.Equal("BackupSignerUnknown", (await Assert.ThrowsAsync<DeployException>(() => folder.VerifyAsync(Ct))).Id);
    }

    [Fact]
    public async Task The_passphrase_proves_a_backup_whose_signer_is_unknown()
    {
        var backup = await WriteAsync("right and long enough");
        using var right = Open(backup, "right and long enough");
        await right.VerifyAsync(Ct);
        Assert.Equal("Secret", (await right.ReadObjectAsync("Secret", "rsolv-secrets", Ct))["kind"]!.GetValue<string>());
        using var wrong = Open(backup, "wrong");
        Assert.Equal("DecryptionFailed", (await Assert.ThrowsAsync<DeployException>(() => wrong.VerifyAsync(Ct))).Id);
        ForgedManifest.Write(backup, text => text.Replace("\"revision\": 1", "\"revision\": 2", StringComparison.Ordinal));
        using var edited = Open(backup, "right and long enough");
        Assert.Equal("DecryptionFailed", (await Assert.ThrowsAsync<DeployException>(() => edited.VerifyAsync(Ct))).Id);
    }

    // Iterations decide how long the passphrase is hashed.
    [Fact]
    public async Task A_backup_that_demands_hours_of_hashing_or_none_is_refused_before_it_is_hashed()
    {
        var backup = await WriteAsync("right and long enough");
        var written = File.ReadAllText(Path.Combine(backup, ManifestFile.Name));
        Assert.Contains("\"iterations\": 600000", written, StringComparison.Ordinal);
        foreach (var iterations in new[] { "2147483647", "10000001", "99999", "1", "0", "-1" })
        {
            ForgedManifest.Write(
                backup, _ => written.Replace("\"iterations\": 600000", $"\"iterations\": {iterations}", StringComparison.Ordinal));
            using var folder = Open(backup, "right and long enough");
            Assert.Equal("BackupCorrupt", (await Assert.ThrowsAsync<DeployException>(() => folder.VerifyAsync(Ct))).Id);
        }
    }

    [Fact]
    public async Task Openssl_verifies_the_signature_with_the_certificate_alone()
    {
        var backup = made.CopyTo(Path.Combine(_folder, "backup"));
        var key = Path.Combine(_folder, "public.pem");
        using (var signer = made.Keys.LoadKey()) await File.WriteAllTextAsync(key, signer.ExportSubjectPublicKeyInfoPem(), Ct);
        string[] verify =
        [
            "dgst",
            "-sha256",
            "-sigopt",
            "rsa_padding_mode:pss",
            "-sigopt",
            "rsa_pss_saltlen:digest",
            "-verify",
            key,
            "-signature",
            Path.Combine(backup, ManifestSigner.SignatureName),
            Path.Combine(backup, ManifestFile.Name),
        ];
        Assert.Contains("Verified OK", System.Text.Encoding.UTF8.GetString(await OpenSsl.RunAsync(verify)), StringComparison.Ordinal);
    }

    private BackupFolder Open(string backup, string passphrase) =>
        BackupFolder.Open(
            backup,
            (_, _) => ValueTask.FromResult<DecryptionKey?>(new PassphraseDecryptionKey(new BackupPassphrase(passphrase))),
            OtherKeys);

    private async Task<string> WriteAsync(string passphrase)
    {
        using var cluster = ClusterClient.Connect(made.Target, SilentReporter.Instance);
        using var phrase = new BackupPassphrase(passphrase);
        var plan = BackupWriter.Plan(made.Target, DateTimeOffset.UtcNow, "20261124-120000-cccccc", _folder, phrase) with { DryRun = false };
        return (await BackupWriter.WriteAsync(
            cluster,
            plan with { Encryption = BackupEncryption.Plan(made.Target.Backup, phrase, made.Keys) },
            SilentReporter.Instance,
            Ct)).Path!;
    }
}
