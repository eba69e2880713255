using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups;

/// <summary>Compiles what the end of a first backup needs while its configuration is read.</summary>
internal static class FirstBackup
{
    private static readonly Task Compiled = Task.Run(Run);

    /// <summary>Starts it, once in a process.</summary>
    /// <returns>Ends when it is done.</returns>
    public static Task Begin() => Compiled;

    // Writes to nowhere, and encrypts nothing for nobody.
    private static void Run()
    {
        _ = GeneratedJson.ToElement(new BackupOptions(), BackupJson.Default);
        using var sealer = new CmsSealer([], password: null);
        _ = sealer.Seal("{}"u8);
        ManifestFile.Write(Stream.Null, new BackupManifest
        {
            Tool = "",
            Target = "",
            Cluster = "",
            Context = "",
            Namespace = "",
            Deployment = "",
            RunId = "",
            Created = default,
            Revision = 1,
            Encryption = new ManifestEncryption("", [new ManifestRecipient("")]),
            Signature = new ManifestSignature("", ""),
            Kinds = [new ManifestKind("", "", "", "") { OnlyNamed = true }],
            Items = [new ManifestItem("", "", "", "", "", "", 1, true)],
            Omitted = [new ManifestOmission("", "", "")],
            Changed = [new ManifestChange("", "", "")],
        });
    }
}
