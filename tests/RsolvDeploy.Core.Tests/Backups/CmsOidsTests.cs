using System.Formats.Asn1;
using RsolvDeploy.Backups.Cms;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>Each identifier is the one that its documentation names, encoded as the platform encodes it.</summary>
public class CmsOidsTests
{
    [Theory]
    [InlineData("1.2.840.113549.1.7.1", nameof(CmsOids.Data))]
    [InlineData("1.2.840.113549.1.9.16.1.23", nameof(CmsOids.AuthEnvelopedData))]
    [InlineData("2.16.840.1.101.3.4.1.46", nameof(CmsOids.Aes256Gcm))]
    [InlineData("2.16.840.1.101.3.4.1.42", nameof(CmsOids.Aes256Cbc))]
    [InlineData("1.2.840.113549.1.1.7", nameof(CmsOids.RsaOaep))]
    [InlineData("1.2.840.113549.1.1.8", nameof(CmsOids.Mgf1))]
    [InlineData("2.16.840.1.101.3.4.2.1", nameof(CmsOids.Sha256))]
    [InlineData("1.2.840.113549.1.5.12", nameof(CmsOids.Pbkdf2))]
    [InlineData("1.2.840.113549.2.9", nameof(CmsOids.HmacSha256))]
    [InlineData("1.2.840.113549.1.9.16.3.9", nameof(CmsOids.PasswordKeyWrap))]
    public void An_identifier_is_encoded_as_the_platform_does(string text, string name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(text);
        var encoded = name switch
        {
            nameof(CmsOids.Data) => CmsOids.Data,
            nameof(CmsOids.AuthEnvelopedData) => CmsOids.AuthEnvelopedData,
            nameof(CmsOids.Aes256Gcm) => CmsOids.Aes256Gcm,
            nameof(CmsOids.Aes256Cbc) => CmsOids.Aes256Cbc,
            nameof(CmsOids.RsaOaep) => CmsOids.RsaOaep,
            nameof(CmsOids.Mgf1) => CmsOids.Mgf1,
            nameof(CmsOids.Sha256) => CmsOids.Sha256,
            nameof(CmsOids.Pbkdf2) => CmsOids.Pbkdf2,
            nameof(CmsOids.HmacSha256) => CmsOids.HmacSha256,
            _ => CmsOids.PasswordKeyWrap,
        };
        Assert.Equal(writer.Encode(), encoded.ToArray());
    }
}
