using System.Formats.Asn1;

namespace RsolvDeploy.Backups.Cms;

/// <summary>
/// The object identifiers of RFC 5652, 5083, 5084, 3211, 8018 and 4055 that are written and read, in DER: each Secret of a backup has
/// three, and from a text the platform encodes one with big integers.
/// </summary>
internal static class CmsOids
{
    /// <summary><c>1.2.840.113549.1.7.1</c>.</summary>
    public static ReadOnlySpan<byte> Data => [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];

    /// <summary><c>1.2.840.113549.1.9.16.1.23</c>.</summary>
    public static ReadOnlySpan<byte> AuthEnvelopedData => [0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17];

    /// <summary><c>2.16.840.1.101.3.4.1.46</c>.</summary>
    public static ReadOnlySpan<byte> Aes256Gcm => [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e];

    /// <summary><c>2.16.840.1.101.3.4.1.42</c>.</summary>
    public static ReadOnlySpan<byte> Aes256Cbc => [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];

    /// <summary><c>1.2.840.113549.1.1.7</c>.</summary>
    public static ReadOnlySpan<byte> RsaOaep => [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x07];

    /// <summary><c>1.2.840.113549.1.1.8</c>.</summary>
    public static ReadOnlySpan<byte> Mgf1 => [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];

    /// <summary><c>2.16.840.1.101.3.4.2.1</c>.</summary>
    public static ReadOnlySpan<byte> Sha256 => [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

    /// <summary><c>1.2.840.113549.1.5.12</c>.</summary>
    public static ReadOnlySpan<byte> Pbkdf2 => [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];

    /// <summary><c>1.2.840.113549.2.9</c>.</summary>
    public static ReadOnlySpan<byte> HmacSha256 => [0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09];

    /// <summary><c>1.2.840.113549.1.9.16.3.9</c>.</summary>
    public static ReadOnlySpan<byte> PasswordKeyWrap => [0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x03, 0x09];

    /// <summary>The tag of an explicitly tagged field.</summary>
    public static Asn1Tag Explicit(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
}
