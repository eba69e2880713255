using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Services.Tests.Fixtures;
using RsolvDeploy.Signing;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>A key pair that a real cosign makes signs here, and cosign verifies what it signed.</summary>
public sealed class CosignKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-cosign-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_key_of_cosign_is_read_by_its_password_and_gets_a_certificate()
    {
        var cosign = CosignProgram.Require(_folder);
        Assert.Equal(0, (await cosign.RunAsync(["generate-key-pair"], Ct)).Code);
        var text = await File.ReadAllTextAsync(Path.Combine(_folder, "cosign.key"), Ct);
        Assert.True(CosignKey.IsOne(text));
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(CosignKey.Decrypt(text, ""), out _);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(_folder, "cosign.pub"), Ct), $"{key.ExportSubjectPublicKeyInfoPem()}\n");

        Assert.Contains(
            "is wrong", Assert.Throws<CryptographicException>(() => CosignKey.Decrypt(text, "x")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "COSIGN_PASSWORD is not set",
            Assert.Throws<CryptographicException>(() => CosignKey.Decrypt(text, null)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_tool_signs_what_cosign_verifies()
    {
        var cosign = CosignProgram.Require(_folder);
        var own = new SigningKey(_folder);
        Directory.CreateDirectory(own.Folder);
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            PrivateStorage.WriteNew(Path.Combine(own.Folder, "key.pem"), Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));

        using var signer = own.Load(DateTimeOffset.UtcNow);
        own.WritePublicKey(signer);
        using var again = own.Load(DateTimeOffset.UtcNow);

        Assert.Equal(signer.Certificate.Fingerprint, again.Certificate.Fingerprint);
        var blob = Path.Combine(_folder, "blob");
        await File.WriteAllTextAsync(blob, "content", Ct);
        await File.WriteAllTextAsync($"{blob}.sig", Convert.ToBase64String(signer.SignEnvelope(Encoding.UTF8.GetBytes("content"))), Ct);
        var (code, _, error) = await cosign.RunAsync(
            ["verify-blob", "--key", own.PublicKeyPath, "--signature", $"{blob}.sig", "--insecure-ignore-tlog=true", blob], Ct);
        Assert.True(code == 0, error);
    }
}
