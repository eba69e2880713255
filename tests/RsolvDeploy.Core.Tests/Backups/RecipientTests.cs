using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>Each recipient decrypts a backup, with the cmdlets and with openssl; nobody else does.</summary>
public sealed class RecipientTests : IAsyncLifetime
{
    private BackupMaker _made = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _made = await BackupMaker.StartAsync(Ct);

    public ValueTask DisposeAsync() => _made.DisposeAsync();

    [Fact]
    public async Task Each_of_several_certificates_opens_it_and_another_does_not()
    {
        var people = new[] { Person("first"), Person("second") };
        var backup = await _made.WriteAsync(Ct, plan => plan with { Encryption = For([.. people.Select(person => person.Certificate)]) });
        foreach (var (certificate, key) in people)
        {
            Assert.Contains("rsolv-secrets", await OpenAsync(backup, "-inkey", key, "-recip", certificate), StringComparison.Ordinal);
            using var folder = BackupFolder.Open(backup.Path!, DecryptionKeyProviders.From(key, null), _made.Keys);
            Assert.Equal("Secret", (await folder.ReadObjectAsync("Secret", "rsolv-secrets", Ct))["kind"]!.GetValue<string>());
        }

        using var other = BackupFolder.Open(backup.Path!, DecryptionKeyProviders.From(Person("third").Key, null), _made.Keys);
        var fault = await Assert.ThrowsAsync<DeployException>(() => other.ReadObjectAsync("Secret", "rsolv-secrets", Ct));
        Assert.Equal("DecryptionFailed", fault.Id);
        Assert.Contains("CN=first", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_the_users_store_opens_it()
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest(
            $"CN=rsolv test {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(
            made.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.PersistKeySet | X509KeyStorageFlags.Exportable);
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadWrite);
        store.Add(certificate);
        try
        {
            var backup = await _made.WriteAsync(Ct, plan => plan with { Encryption = For([$"store:{certificate.Thumbprint}"]) });
            var pem = Path.Combine(_made.Folder, "store.pem");
            await File.WriteAllTextAsync(pem, key.ExportPkcs8PrivateKeyPem(), Ct);
            Assert.Contains("rsolv-secrets", await OpenAsync(backup, "-inkey", pem), StringComparison.Ordinal);
            using var folder = BackupFolder.Open(backup.Path!, _made.Keys); // finds the private key in the store
            Assert.Equal("Secret", (await folder.ReadObjectAsync("Secret", "rsolv-secrets", Ct))["kind"]!.GetValue<string>());
        }
        finally
        {
            store.Remove(certificate);
        }

        Assert.Equal(
            "RecipientNotFound", Assert.Throws<DeployException>(() => RecipientCertificate.Load($"store:{certificate.Thumbprint}")).Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("correct horse battery staple")]
    public async Task With_every_object_encrypted_no_object_is_readable(string? passphrase)
    {
        _made.Sandbox.Create(new ConfigMapManifest("plain") { Data = { ["k"] = "value-of-a-map" } });
        var backup = await _made.WriteAsync(
            Ct, plan => plan with { Encryption = plan.Encryption with { Everything = true } }, passphrase: passphrase);
        Assert.All(backup.Items, item => Assert.True(item.Encrypted && item.File.EndsWith(".yaml.cms", StringComparison.Ordinal)));
        foreach (var file in Directory.EnumerateFiles(_made.Folder, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Ct));
            foreach (var value in new[] { "value-of-a-map", "sbxsecret", Convert.ToBase64String("sbxsecret-anthropic"u8), "containers" })
                Assert.DoesNotContain(value, text, StringComparison.Ordinal);
        }

        var map = Path.Combine(backup.Path!, "configmaps", "plain.yaml.cms");
        var opened = await (passphrase is null
            ? OpenSsl.DecryptAsync(map, "-inkey", _made.Keys.KeyPath)
            : OpenSsl.DecryptAsync(map, "-pwri_password", passphrase));
        Assert.Equal("value-of-a-map", ObjectYamlReader.Read(opened)["data"]!["k"]!.GetValue<string>());
    }

    [Fact]
    public async Task Files_of_one_backup_never_share_a_nonce()
    {
        for (var index = 0; index < 200; index++) _made.Sandbox.Create(new SecretManifest($"same-{index}") { Text = { ["k"] = "same" } });
        var backup = await _made.WriteAsync(Ct);
        var files = backup.Items
            .Where(item => item.Kind == "Secret")
            .Select(item => Convert.ToHexString(File.ReadAllBytes(Path.Combine(backup.Path!, item.File))))
            .ToList();
        // The object identifier of AES-256-GCM, then the parameters: a sequence with the nonce first.
        var nonces = files.Select(hex => hex.Substring(hex.IndexOf("060960864801650304012E", StringComparison.Ordinal) + 26, 28)).ToList();
        Assert.All(nonces, nonce => Assert.StartsWith("040C", nonce, StringComparison.Ordinal));
        Assert.Equal(nonces.Count, nonces.Distinct().Count());
    }

    private BackupEncryption For(IReadOnlyList<string> recipients) =>
        BackupEncryption.Plan(new BackupSettings { Recipients = recipients }, null, _made.Keys);

    private static async Task<string> OpenAsync(StateBackup backup, params string[] key) =>
        Encoding.UTF8.GetString(
            await OpenSsl.DecryptAsync(Path.Combine(backup.Path!, backup.Items.Single(item => item.Kind == "Secret").File), key));

    private (string Certificate, string Key) Person(string name)
    {
        var store = new BackupKeyStore(Path.Combine(_made.Folder, name));
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Directory.CreateDirectory(store.Folder);
        File.WriteAllText(store.CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(store.KeyPath, key.ExportPkcs8PrivateKeyPem());
        return (store.CertificatePath, store.KeyPath);
    }
}
