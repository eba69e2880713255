using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Signing;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A manifest of an attacker who can compute the hash, and perhaps has the key to sign it.</summary>
internal static class ForgedManifest
{
    public static void Write(string backup, Func<string, string> change, BackupKeyStore? keys = null)
    {
        var manifest = Path.Combine(backup, ManifestFile.Name);
        var bytes = Encoding.UTF8.GetBytes(change(File.ReadAllText(manifest)));
        File.WriteAllBytes(manifest, bytes);
        File.WriteAllText(Path.Combine(backup, ManifestFile.HashName), $"{Hash(bytes)}  {ManifestFile.Name}\n");
        if (keys is null) return;
        foreach (var proof in new[] { ManifestSigner.SignatureName, ManifestSigner.CertificateName })
            File.Delete(Path.Combine(backup, proof));
        new ManifestSigner(keys, null).Write(backup, SHA256.HashData(bytes));
    }

    public static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
