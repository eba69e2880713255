using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Signing;

/// <summary>
/// The operator's own key pair that signs ledgers and histories (ECDSA, P-256). It is created at first use, unless <c>key.pem</c> is there:
/// a key of another tool, such as cosign, gets its certificate then.
/// </summary>
/// <param name="root">The folder of keys; the pair is in <c>signing</c> below it.</param>
internal sealed class SigningKey(string root)
{
    private const int LargestKey = 16 * 1024;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The folder of the pair.</summary>
    public string Folder { get; } = Path.Combine(root, "signing");

    /// <summary>The certificate, which other operators trust.</summary>
    public string CertificatePath => Path.Combine(Folder, "certificate.pem");

    /// <summary>The public key alone, as cosign reads it; <see cref="WritePublicKey"/> writes it.</summary>
    public string PublicKeyPath => Path.Combine(Folder, "public.pem");

    /// <summary>The certificates of other trusted signers, one or more in each file.</summary>
    public string SignersFolder { get; } = Path.Combine(root, "signers");

    /// <summary>Whether the pair was created.</summary>
    public bool Exists => File.Exists(KeyPath) && File.Exists(CertificatePath);

    private string KeyPath => Path.Combine(Folder, "key.pem");

    /// <summary>The pair in the user's data directory (on Linux <c>$XDG_DATA_HOME/rsolvdeploy/keys</c>).</summary>
    public static SigningKey ForUser() => new(UserDataDirectory.For("keys"));

    /// <summary>Loads the pair; creates it when there is none. When two processes try at the same time, both use the same pair.</summary>
    /// <param name="now">The time from which the certificate of a new pair is valid.</param>
    /// <returns>The signer, which the caller disposes.</returns>
    /// <exception cref="DeployException">
    /// <c>SigningKeyInvalid</c>: the files are no such pair. <c>SigningKeyExposed</c>: other users may use the key.
    /// </exception>
    public RecordSigner Load(DateTimeOffset now)
    {
        if (!File.Exists(KeyPath)) Create(now);
        RefuseExposed();
        var key = ECDsa.Create();
        try
        {
            var pem = RegularFile.ReadAll(KeyPath, LargestKey, out var problem);
            if (problem.Length > 0) throw new CryptographicException($"The file {problem}.");
            var text = Encoding.ASCII.GetString(pem);
            if (CosignKey.IsOne(text)) ImportCosign(key, text);
            else key.ImportFromPem(text);
            // A key of another tool came without a certificate.
            if (!File.Exists(CertificatePath)) AddCertificate(key, now);
            return new RecordSigner(key, SignerCertificate.LoadAll(CertificatePath)[0]);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new DeployException("SigningKeyInvalid", FaultCategory.InvalidData,
                $"The key that signs your runs cannot be read at {KeyPath}: {e.Message}",
                $"Restore the folder {Folder} from a copy. If there is none, delete it: a new key is made, which others have to trust. "
                    + $"For a key that cosign encrypted, set {CosignKey.PasswordVariable} to its password.",
                e)
            { Subject = KeyPath };
        }
    }

    /// <summary>Writes the public key beside the pair, unless it is there.</summary>
    public void WritePublicKey(RecordSigner signer)
    {
        if (File.Exists(PublicKeyPath)) return;
        try
        {
            PrivateStorage.WriteNew(PublicKeyPath, Encoding.ASCII.GetBytes(signer.PublicKey.Pem));
        }
        catch (IOException) when (File.Exists(PublicKeyPath))
        {
            // Another process was first.
        }
    }

    // As ssh does: who can read it signs as the operator, and who can write it has already.
    private void RefuseExposed()
    {
        if (OperatingSystem.IsWindows()) return;
        using var file = File.OpenHandle(KeyPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var mode = File.GetUnixFileMode(file);
        var owner = LinuxFile.TryReadOwner(file)?.Owner;
        var problem = (mode & Others) != UnixFileMode.None ? $"other users may use it (mode {Convert.ToString((int)mode, 8)})"
            : owner is { } other && other != 0 && other != LinuxFile.User ? "it belongs to another user"
            : null;
        if (problem is null) return;
        throw new DeployException(
            "SigningKeyExposed", FaultCategory.SecurityError, $"The key that signs your runs is not used: {problem}. It is {KeyPath}.",
            $"If nobody else has seen it, make it yours alone: chmod 600 {KeyPath}. "
                + $"If somebody may have, delete {Folder}: a new key is made.")
        { Subject = KeyPath };
    }

    private void Create(DateTimeOffset now)
    {
        var draft = Path.Combine(root, $".new-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        PrivateStorage.CreateFolder(draft);
        try
        {
            WritePair(draft, now);
            Directory.Move(draft, Folder);
        }
        catch (IOException) when (Exists)
        {
            // Another process was first.
        }
        finally
        {
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        }
    }

    private static void WritePair(string folder, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WriteCertificate(folder, key, now);
        var pem = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n");
        PrivateStorage.WriteNew(Path.Combine(folder, "key.pem"), pem);
        CryptographicOperations.ZeroMemory(pem);
    }

    private static void ImportCosign(ECDsa key, string pem)
    {
        var decrypted = CosignKey.Decrypt(pem, Environment.GetEnvironmentVariable(CosignKey.PasswordVariable));
        try
        {
            key.ImportPkcs8PrivateKey(decrypted, out _);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(decrypted);
        }
    }

    private void AddCertificate(ECDsa key, DateTimeOffset now)
    {
        try
        {
            WriteCertificate(Folder, key, now);
        }
        catch (IOException) when (File.Exists(CertificatePath))
        {
            // Another process was first.
        }
    }

    private static void WriteCertificate(string folder, ECDsa key, DateTimeOffset now)
    {
        var request = new CertificateRequest(
            $"CN=RsolvDeploy records of {Environment.UserName.Replace(',', '_')}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(20));
        var text = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n");
        PrivateStorage.WriteNew(Path.Combine(folder, "certificate.pem"), text);
    }
}
