using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Keys;

/// <summary>Reads a private key that decrypts backups, from a PEM file.</summary>
internal static class DecryptionKeyFile
{
    /// <summary>Reads a key.</summary>
    /// <param name="path">The key, PKCS#8 or PKCS#1 PEM.</param>
    /// <param name="certificate">Its certificate, to try its own recipient alone; null to try all.</param>
    /// <param name="passphrase">The passphrase of an encrypted key file; null for one that is not encrypted.</param>
    public static DecryptionKey Load(string path, X509Certificate2? certificate, string? passphrase) =>
        new PrivateDecryptionKey(Read(path, passphrase), certificate);

    /// <inheritdoc cref="Load"/>
    public static RSA Read(string path, string? passphrase)
    {
        var key = RSA.Create();
        try
        {
            var pem = File.ReadAllText(path);
            if (passphrase is null)
                key.ImportFromPem(pem);
            else
                key.ImportFromEncryptedPem(pem, passphrase);
            return key;
        }
        catch (Exception e)
        {
            key.Dispose();
            throw e switch
            {
                FileNotFoundException or DirectoryNotFoundException => new DeployException("DecryptionKeyMissing",
                    FaultCategory.ObjectNotFound,
                    $"The private key {path} does not exist.", "Name the key that the backup was encrypted for.", e)
                { Subject = path },
                ArgumentException or CryptographicException => new DeployException("DecryptionKeyInvalid", FaultCategory.InvalidData,
                    $"{path} is no RSA private key in PEM{(passphrase is null ? "" : " that this passphrase decrypts")}.",
                    "Name an RSA private key file, and its passphrase if it has one.", e)
                { Subject = path },
                _ when StorageFaults.IsOne(e) => BackupFaults.ForRead(path, e),
                _ => e,
            };
        }
    }
}
