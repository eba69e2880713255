using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Signing;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Keys;

/// <summary>
/// The operator's own key pair, created with the first backup. It signs every backup, and decrypts those without other recipients.
/// </summary>
/// <param name="root">The folder of keys; the pair is in <c>backup</c> below it.</param>
internal sealed class BackupKeyStore(string root)
{
    private const int KeyBits = 3072;

    public string Folder { get; } = Path.Combine(root, "backup");

    public string KeyPath => Path.Combine(Folder, "key.pem");

    public string CertificatePath => Path.Combine(Folder, "certificate.pem");

    /// <summary>The certificates of other trusted signers, one in each file.</summary>
    public string SignersFolder { get; } = Path.Combine(root, "signers");

    public bool Exists => File.Exists(KeyPath) && File.Exists(CertificatePath);

    /// <summary>The store in the user's data directory (on Linux <c>$XDG_DATA_HOME/rsolvdeploy/keys</c>).</summary>
    public static BackupKeyStore ForUser() => new(UserDataDirectory.For("keys"));

    public RecipientCertificate LoadCertificate() => RecipientCertificate.Load(CertificatePath);

    /// <summary>The own private key. The caller disposes it.</summary>
    public RSA LoadKey() => DecryptionKeyFile.Read(KeyPath, passphrase: null);

    /// <summary>The certificate with this fingerprint, when its signer is the operator or trusted; otherwise null.</summary>
    public SignerCertificate? FindSigner(string fingerprint)
    {
        IEnumerable<string> others = Directory.Exists(SignersFolder) ? Directory.EnumerateFiles(SignersFolder) : [];
        return (Exists ? others.Prepend(CertificatePath) : others)
            .SelectMany(SignerCertificate.LoadAll)
            .FirstOrDefault(certificate => certificate.Fingerprint == fingerprint);
    }

    /// <summary>Creates the pair unless it exists. When two processes try at the same time, both use the same pair.</summary>
    /// <returns>Whether this call created it.</returns>
    public bool EnsureCreated(DateTimeOffset now)
    {
        if (Exists)
            return false;
        var draft = Path.Combine(root, $".new-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        try
        {
            PrivateStorage.CreateFolder(draft);
            WritePair(draft, now);
            return MoveInto(draft);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.ForWrite(Folder, e);
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    /// <summary>The own private key when the backup is encrypted for it; otherwise one of the user's certificate store, or null.</summary>
    public DecryptionKey? FindKey(BackupManifest manifest)
    {
        if (!Exists)
            return UserCertificates.FindKey(manifest);
        var certificate = LoadCertificate();
        return manifest.Encryption.Recipients.Any(recipient => recipient.Fingerprint == certificate.Fingerprint)
            ? DecryptionKeyFile.Load(KeyPath, certificate.Certificate, passphrase: null)
            : UserCertificates.FindKey(manifest);
    }

    private bool MoveInto(string draft)
    {
        try
        {
            Directory.Move(draft, Folder);
            return true;
        }
        catch (IOException) when (Exists)
        {
            return false; // another process was first
        }
    }

    private static void WritePair(string folder, DateTimeOffset now)
    {
        using var key = RSA.Create(KeyBits);
        var request = new CertificateRequest("CN=RsolvDeploy backup", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(20));

        PrivateStorage.WriteNew(
            Path.Combine(folder, "certificate.pem"), [.. certificate.ExportCertificatePem().Select(c => (byte)c), (byte)'\n']);
        var bytes = new byte[16 * 1024];
        var text = new char[bytes.Length];
        try
        {
            if (!key.TryExportPkcs8PrivateKeyPem(text, out var length))
                throw new CryptographicException("The private key is larger than expected.");
            for (var i = 0; i < length; i++)
                bytes[i] = (byte)text[i];
            bytes[length] = (byte)'\n';
            PrivateStorage.WriteNew(Path.Combine(folder, "key.pem"), bytes.AsSpan(0, length + 1));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
    }
}
