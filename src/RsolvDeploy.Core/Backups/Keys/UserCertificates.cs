using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Keys;

/// <summary>The certificates in the user's own certificate store.</summary>
internal static class UserCertificates
{
    /// <summary>The prefix of a configured certificate that is in the store.</summary>
    public const string Prefix = "store:";

    /// <summary>The certificate that <c>store:thumbprint</c> names, without its private key.</summary>
    /// <exception cref="DeployException"><c>RecipientNotFound</c>.</exception>
    public static X509Certificate2 Find(string name)
    {
        var thumbprint = string.Concat(name[Prefix.Length..].Where(char.IsAsciiHexDigit));
        using var store = Open();
        foreach (var found in store.Certificates.Where(one => one.Thumbprint.Equals(thumbprint, StringComparison.OrdinalIgnoreCase)
            || RecipientCertificate.FingerprintFor(one).Equals(thumbprint, StringComparison.OrdinalIgnoreCase)))
        {
            return new X509Certificate2(found.RawData);
        }

        throw new DeployException("RecipientNotFound", FaultCategory.ObjectNotFound,
            $"The user's certificate store (My) has no certificate {name}.",
            "Correct backup.recipients in the configuration, or import the certificate.")
        { Subject = name };
    }

    /// <summary>A private key of the store that the backup is encrypted for; null for none.</summary>
    public static DecryptionKey? FindKey(BackupManifest manifest)
    {
        var wanted = manifest.Encryption.Recipients
            .Select(recipient => recipient.Fingerprint)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0) return null;
        using var store = Open();
        return store.Certificates
            .Where(one => one.HasPrivateKey && wanted.Contains(RecipientCertificate.FingerprintFor(one)))
            .Select(one => one.GetRSAPrivateKey() is { } key ? new PrivateDecryptionKey(key, new X509Certificate2(one.RawData)) : null)
            .FirstOrDefault(key => key is not null);
    }

    private static X509Store Open()
    {
        try
        {
            return new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadOnly);
        }
        catch (CryptographicException e)
        {
            throw new DeployException(
                "CertificateStoreUnreadable",
                FaultCategory.ReadError,
                $"The user's certificate store (My) cannot be read: {e.Message}",
                "Name certificate files under backup.recipients instead.",
                e);
        }
    }
}
