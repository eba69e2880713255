using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>
/// A backup equals the objects of the cluster, has encrypted Secrets that openssl decrypts, and every later change is detected.
/// </summary>
public sealed class BackupRoundTripTests : IClassFixture<SharedSandbox>, IDisposable
{
    private const string Passphrase = "correct horse battery staple";
    private static readonly DateTimeOffset Timestamp = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-backups-").FullName;
    private readonly SandboxServer _sandbox;
    private readonly Target _target;
    private readonly BackupKeyStore _keys;

    public BackupRoundTripTests(SharedSandbox shared)
    {
        (_sandbox, _target) = (shared.Server, shared.Target);
        _keys = new BackupKeyStore(Path.Combine(_folder, "keys"));
        if (_sandbox.Objects.Find(KindInfo.ConfigMaps, _sandbox.Namespace, "hostile.name") is null)
            _sandbox.Create(new ConfigMapManifest("hostile.name") { Data = { ["yes"] = "---\na: b\r\n\t\u0085 é 😀 0x1F" } });
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_backup_equals_the_objects_of_the_cluster()
    {
        var backup = await WriteAsync(null);
        using var folder = Open(backup.Path!);
        await folder.VerifyAsync(Ct);
        Assert.Equal(BackupManifest.VersionOfOwnFiles, folder.Manifest.Version); // older versions of the module read it
        Assert.All(backup.Items, item => Assert.Null(item.Offset));
        Assert.Equal(["Deployment", "ConfigMap", "ConfigMap", "Secret"], folder.Manifest.Items.Select(item => item.Kind));
        foreach (var item in folder.Manifest.Items)
        {
            var kind = KindInfo.All.Single(one => one.Kind == item.Kind);
            var live = _sandbox.Objects.Find(kind, item.Namespace, item.Name)!;
            live.Remove("status");
            foreach (var field in new[] { "uid", "resourceVersion", "creationTimestamp", "generation" })
                ((JsonObject)live["metadata"]!).Remove(field);
            Assert.True(JsonNode.DeepEquals(live, await folder.ReadObjectAsync(item, Ct)), item.File);
        }

        Assert.Equal("kube-root-ca.crt", Assert.Single(folder.Manifest.Omitted).Name);
    }

    [Fact]
    public async Task Files_are_private_and_secret_values_are_encrypted()
    {
        var backup = await WriteAsync(null);
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Ct));
            Assert.DoesNotContain("sbxsecret", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String("sbxsecret-anthropic"u8), text, StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        if (OperatingSystem.IsWindows()) return;
        foreach (var one in Directory.EnumerateDirectories(backup.Path!).Append(backup.Path!))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(one));
    }

    [Fact]
    public async Task Openssl_opens_it_with_the_key_that_was_made()
    {
        var backup = await WriteAsync(null);
        var file = Path.Combine(backup.Path!, backup.Items.Single(item => item.Kind == "Secret").File);
        AssertSecret(await OpenSsl.DecryptAsync(file, "-inkey", _keys.KeyPath, "-recip", _keys.CertificatePath));
    }

    [Fact]
    public async Task Openssl_opens_it_with_the_passphrase()
    {
        var backup = await WriteAsync(Passphrase);
        var file = Path.Combine(backup.Path!, backup.Items.Single(item => item.Kind == "Secret").File);
        AssertSecret(await OpenSsl.DecryptAsync(file, "-pwri_password", Passphrase));
    }

    [Fact]
    public async Task Another_key_and_a_wrong_passphrase_decrypt_nothing_and_are_named()
    {
        var backup = await WriteAsync(Passphrase);
        using var wrong = BackupFolder.Open(
            backup.Path!,
            (_, _) => ValueTask.FromResult<DecryptionKey?>(new PassphraseDecryptionKey(new BackupPassphrase("wrong"))),
            _keys);
        Assert.Equal(
            "DecryptionFailed", (await Assert.ThrowsAsync<DeployException>(() => wrong.ReadObjectAsync("Secret", "rsolv-secrets", Ct))).Id);
        using var none = BackupFolder.Open(backup.Path!, (_, _) => ValueTask.FromResult<DecryptionKey?>(null), _keys);
        Assert.Equal(
            "DecryptionKeyMissing",
            (await Assert.ThrowsAsync<DeployException>(() => none.ReadObjectAsync("Secret", "rsolv-secrets", Ct))).Id);
        Assert.Equal("Deployment", (await none.ReadObjectAsync("Deployment", "rsolv-platform", Ct))["kind"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("flip a byte of a ConfigMap")]
    [InlineData("flip a byte of a Secret")]
    [InlineData("flip a byte of the manifest")]
    [InlineData("take a file away")]
    [InlineData("add a file")]
    [InlineData("swap two files")]
    [InlineData("put a link")]
    [InlineData("take the manifest away")]
    [InlineData("take the manifest's hash away")]
    [InlineData("take the signature away")]
    [InlineData("flip a byte of the signature")]
    [InlineData("flip a byte of the signer's certificate")]
    [InlineData("edit the manifest and its hash")]
    public async Task Every_change_of_a_backup_is_detected_and_named(string change)
    {
        var path = (await WriteAsync(null)).Path!;
        Tamper(path, change);
        var fault = await Assert.ThrowsAsync<DeployException>(async () =>
        {
            using var folder = Open(path);
            await folder.VerifyAsync(Ct);
        });
        Assert.Equal("BackupCorrupt", fault.Id);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("no object of this one is restored", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        var first = await WriteAsync(null);
        var before = await File.ReadAllBytesAsync(Path.Combine(first.Path!, ManifestFile.Name), Ct);
        Assert.Equal("BackupExists", (await Assert.ThrowsAsync<DeployException>(() => WriteAsync(null))).Id);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(first.Path!, ManifestFile.Name), Ct));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named_and_nothing_remains()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "in the way", Ct);
        var fault = await Assert.ThrowsAsync<DeployException>(() => WriteAsync(null, Path.Combine(file, "backups")));
        Assert.StartsWith("Backup", fault.Id, StringComparison.Ordinal);
        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        var tooLong = await Assert.ThrowsAsync<DeployException>(() => WriteAsync(null, Path.Combine(_folder, new string('x', 300))));
        Assert.Equal("BackupPathTooLong", tooLong.Id);
    }

    private static void Tamper(string path, string change)
    {
        var map = Path.Combine(path, "configmaps", "rsolv-config.yaml");
        var secret = Path.Combine(path, "secrets", "rsolv-secrets.yaml.cms");
        var manifest = Path.Combine(path, ManifestFile.Name);
        switch (change)
        {
            case "flip a byte of a ConfigMap": Flip(map); break;
            case "flip a byte of a Secret": Flip(secret); break;
            case "flip a byte of the manifest": Flip(manifest); break;
            case "take a file away": File.Delete(map); break;
            case "add a file": File.WriteAllText(Path.Combine(path, "configmaps", "added.yaml"), "{}"); break;
            case "swap two files":
                var other = Path.Combine(path, "configmaps", "hostile.name.yaml");
                var held = File.ReadAllBytes(map);
                File.WriteAllBytes(map, File.ReadAllBytes(other));
                File.WriteAllBytes(other, held);
                break;
            case "put a link":
                File.Delete(map);
                File.CreateSymbolicLink(map, "/etc/hostname");
                break;
            case "take the manifest away": File.Delete(manifest); break;
            case "take the manifest's hash away": File.Delete(Path.Combine(path, ManifestFile.HashName)); break;
            case "take the signature away": File.Delete(Path.Combine(path, ManifestSigner.SignatureName)); break;
            case "flip a byte of the signature": Flip(Path.Combine(path, ManifestSigner.SignatureName)); break;
            case "flip a byte of the signer's certificate": Flip(Path.Combine(path, ManifestSigner.CertificateName)); break;
            case "edit the manifest and its hash":
                ForgedManifest.Write(path, text => text.Replace("\"rsolv-config\"", "\"rsolv-other\"", StringComparison.Ordinal));
                break;
            default: throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private void AssertSecret(byte[] yaml)
    {
        var secret = ObjectYamlReader.Read(yaml);
        Assert.True(
            JsonNode.DeepEquals(_sandbox.Objects.Find(KindInfo.Secrets, _sandbox.Namespace, "rsolv-secrets")!["data"], secret["data"]));
    }

    private BackupFolder Open(string path) => BackupFolder.Open(path, _keys);

    private async Task<StateBackup> WriteAsync(string? passphrase, string? destination = null)
    {
        using var cluster = ClusterClient.Connect(_target, SilentReporter.Instance);
        using var phrase = passphrase is null ? null : new BackupPassphrase(passphrase);
        var plan = BackupWriter.Plan(
            _target, Timestamp, "20261124-120000-aaaaaa", destination ?? Path.Combine(_folder, "backups"), phrase) with
        {
            Encryption = BackupEncryption.Plan(_target.Backup, phrase, _keys),
        };
        return await BackupWriter.WriteAsync(cluster, plan, SilentReporter.Instance, Ct);
    }
}
