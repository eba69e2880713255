using System.Formats.Asn1;
using System.Security.Cryptography;

namespace RsolvDeploy.Backups.Cms;

/// <summary>A CMS message as <see cref="CmsSealer"/> writes it, read but not yet opened.</summary>
internal sealed class CmsEnvelope
{
    private readonly byte[] _nonce;
    private readonly byte[] _cipher;
    private readonly byte[] _tag;

    private CmsEnvelope(IReadOnlyList<CmsRecipient> recipients, byte[] nonce, byte[] cipher, byte[] tag)
    {
        Recipients = recipients;
        _nonce = nonce;
        _cipher = cipher;
        _tag = tag;
    }

    public IReadOnlyList<CmsRecipient> Recipients { get; }

    /// <exception cref="FormatException">It is not such a message.</exception>
    public static CmsEnvelope Parse(ReadOnlyMemory<byte> der)
    {
        try
        {
            var file = new AsnReader(der, AsnEncodingRules.DER);
            var info = file.ReadSequence();
            file.ThrowIfNotEmpty();
            Expect(info.ReadObjectIdentifier(), CmsOids.AuthEnvelopedData);
            var envelope = info.ReadSequence(CmsOids.Explicit(0)).ReadSequence();
            envelope.ReadInteger();
            var recipients = ReadRecipients(envelope.ReadSetOf());

            var content = envelope.ReadSequence();
            Expect(content.ReadObjectIdentifier(), CmsOids.Data);
            var algorithm = content.ReadSequence();
            Expect(algorithm.ReadObjectIdentifier(), CmsOids.Aes256Gcm);
            var nonce = algorithm.ReadSequence().ReadOctetString();
            var cipher = content.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
            var tag = envelope.ReadOctetString();
            if (nonce.Length != 12 || tag.Length != 16)
                throw new FormatException("the CMS message uses lengths that are not supported");
            return new CmsEnvelope(recipients, nonce, cipher, tag);
        }
        catch (AsnContentException e)
        {
            throw new FormatException("not a CMS message", e);
        }
    }

    /// <summary>The content; null when the key is not that of any recipient.</summary>
    /// <exception cref="CryptographicException">The content was changed after it was encrypted.</exception>
    public byte[]? Open(DecryptionKey key)
    {
        foreach (var recipient in Recipients)
        {
            if (key.Unwrap(recipient) is not { } contentKey)
                continue;
            try
            {
                if (contentKey.Length != 32) continue;
                using var gcm = new AesGcm(contentKey, _tag.Length);
                return Open(gcm);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(contentKey);
            }
        }

        return null;
    }

    /// <summary>The content, by its own key.</summary>
    /// <exception cref="CryptographicException">The content was changed after it was encrypted, or the key is another one.</exception>
    public byte[] Open(AesGcm contentKey)
    {
        var content = new byte[_cipher.Length];
        contentKey.Decrypt(_nonce, _cipher, _tag, content);
        return content;
    }

    private static void Expect(string found, string expected)
    {
        if (found != expected)
            throw new FormatException($"the CMS message uses {found} where {expected} was expected");
    }

    private static List<CmsRecipient> ReadRecipients(AsnReader set)
    {
        var recipients = new List<CmsRecipient>();
        while (set.HasData)
        {
            if (set.PeekTag() == CmsOids.Explicit(3))
                recipients.Add(ReadPassword(set.ReadSequence(CmsOids.Explicit(3))));
            else if (set.PeekTag() == Asn1Tag.Sequence)
                recipients.Add(ReadCertificate(set.ReadSequence()));
            else
                set.ReadEncodedValue(); // a kind of recipient that we hold no keys for
        }

        return recipients;
    }

    private static CmsCertificateRecipient ReadCertificate(AsnReader recipient)
    {
        recipient.ReadInteger();
        var identifier = recipient.ReadSequence();
        var issuer = identifier.ReadEncodedValue().ToArray();
        var serial = identifier.ReadIntegerBytes().ToArray();
        Expect(recipient.ReadSequence().ReadObjectIdentifier(), CmsOids.RsaOaep);
        return new CmsCertificateRecipient(issuer, serial, recipient.ReadOctetString());
    }

    private static CmsPasswordRecipient ReadPassword(AsnReader recipient)
    {
        recipient.ReadInteger();
        var derivation = recipient.ReadSequence(CmsOids.Explicit(0));
        Expect(derivation.ReadObjectIdentifier(), CmsOids.Pbkdf2);
        var parameters = derivation.ReadSequence();
        var salt = parameters.ReadOctetString();
        if (!parameters.TryReadInt32(out var iterations) || iterations is < 1 or > PasswordKey.MostIterations)
            throw new FormatException("the CMS message asks for a number of iterations that is not sensible");
        Expect(parameters.ReadSequence().ReadObjectIdentifier(), CmsOids.HmacSha256);

        var wrap = recipient.ReadSequence();
        Expect(wrap.ReadObjectIdentifier(), CmsOids.PasswordKeyWrap);
        var cipher = wrap.ReadSequence();
        Expect(cipher.ReadObjectIdentifier(), CmsOids.Aes256Cbc);
        var iv = cipher.ReadOctetString();
        if (iv.Length != 16)
            throw new FormatException("the CMS message uses lengths that are not supported");
        return new CmsPasswordRecipient(salt, iterations, iv, recipient.ReadOctetString());
    }
}
