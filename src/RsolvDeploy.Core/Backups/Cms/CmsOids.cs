using System.Formats.Asn1;

namespace RsolvDeploy.Backups.Cms;

/// <summary>The object identifiers of RFC 5652, 5083, 5084, 3211, 8018 and 4055 that are written and read.</summary>
internal static class CmsOids
{
    /// <summary>The tag of an explicitly tagged field.</summary>
    public static Asn1Tag Explicit(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

    public const string Data = "1.2.840.113549.1.7.1";
    public const string AuthEnvelopedData = "1.2.840.113549.1.9.16.1.23";
    public const string Aes256Gcm = "2.16.840.1.101.3.4.1.46";
    public const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";
    public const string RsaOaep = "1.2.840.113549.1.1.7";
    public const string Mgf1 = "1.2.840.113549.1.1.8";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string Pbkdf2 = "1.2.840.113549.1.5.12";
    public const string HmacSha256 = "1.2.840.113549.2.9";
    public const string PasswordKeyWrap = "1.2.840.113549.1.9.16.3.9";
}
