using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A manifest as somebody would write it who can compute a hash.</summary>
internal static class ForgedManifest
{
    public static void Write(string backup, Func<string, string> change)
    {
        var manifest = Path.Combine(backup, ManifestFile.Name);
        var bytes = Encoding.UTF8.GetBytes(change(File.ReadAllText(manifest)));
        File.WriteAllBytes(manifest, bytes);
        File.WriteAllText(Path.Combine(backup, ManifestFile.HashName), $"{Hash(bytes)}  {ManifestFile.Name}\n");
    }

    public static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
