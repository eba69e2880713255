using System.Formats.Asn1;
using System.Security.Cryptography;

namespace RsolvDeploy.Backups.Cms;

/// <summary>A parsed CMS message of <see cref="CmsSealer"/>, still encrypted.</summary>
internal sealed class CmsEnvelope
{
    private readonly ReadOnlyMemory<byte> _recipients;
    private readonly ReadOnlyMemory<byte> _nonce;
    private readonly ReadOnlyMemory<byte> _cipher;
    private readonly ReadOnlyMemory<byte> _tag;

    private CmsEnvelope(ReadOnlyMemory<byte> recipients, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> cipher, ReadOnlyMemory<byte> tag)
    {
        _recipients = recipients;
        _nonce = nonce;
        _cipher = cipher;
        _tag = tag;
    }

    /// <summary>The length of the content, in bytes.</summary>
    public int Length => _cipher.Length;

    /// <summary>Parses a message.</summary>
    /// <param name="der">The message; it must not change while the envelope is used.</param>
    /// <exception cref="FormatException">It is no such message.</exception>
    public static CmsEnvelope Parse(ReadOnlyMemory<byte> der)
    {
        try
        {
            var file = new AsnReader(der, AsnEncodingRules.DER);
            var info = file.ReadSequence();
            file.ThrowIfNotEmpty();
            Expect(info, CmsOids.AuthEnvelopedData);
            var envelope = info.ReadSequence(CmsOids.Explicit(0)).ReadSequence();
            envelope.ReadIntegerBytes();
            var recipients = envelope.ReadEncodedValue();

            var content = envelope.ReadSequence();
            Expect(content, CmsOids.Data);
            var algorithm = content.ReadSequence();
            Expect(algorithm, CmsOids.Aes256Gcm);
            var nonce = Octets(algorithm.ReadSequence());
            var cipher = Octets(content, new Asn1Tag(TagClass.ContextSpecific, 0));
            var tag = Octets(envelope);
            if (nonce.Length != 12 || tag.Length != 16)
                throw new FormatException("the CMS message uses lengths that are not supported");
            return new CmsEnvelope(recipients, nonce, cipher, tag);
        }
        catch (AsnContentException e)
        {
            throw new FormatException("not a CMS message", e);
        }
    }

    /// <summary>Decrypts the content; null when the key belongs to no recipient.</summary>
    /// <exception cref="CryptographicException">The content was changed after it was encrypted.</exception>
    /// <exception cref="FormatException">The recipients cannot be read.</exception>
    public byte[]? Open(DecryptionKey key)
    {
        foreach (var recipient in ReadRecipients())
        {
            if (key.Unwrap(recipient) is not { } contentKey)
                continue;
            try
            {
                if (contentKey.Length != 32) continue;
                using var gcm = new AesGcm(contentKey, _tag.Length);
                var content = new byte[Length];
                Open(gcm, content);
                return content;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(contentKey);
            }
        }

        return null;
    }

    /// <summary>Decrypts the content with its own key.</summary>
    /// <param name="contentKey">The key.</param>
    /// <param name="content">Receives the content; of its exact length.</param>
    /// <exception cref="CryptographicException">The content was changed after it was encrypted, or the key is wrong.</exception>
    public void Open(AesGcm contentKey, Span<byte> content) => contentKey.Decrypt(_nonce.Span, _cipher.Span, _tag.Span, content);

    // DER encodes octets in one piece only.
    private static ReadOnlyMemory<byte> Octets(AsnReader reader, Asn1Tag? tag = null) =>
        reader.TryReadPrimitiveOctetString(out var octets, tag)
            ? octets
            : throw new FormatException("the CMS message has octets in pieces");

    private static void Expect(AsnReader reader, ReadOnlySpan<byte> expected)
    {
        var found = reader.ReadEncodedValue().Span;
        if (!found.SequenceEqual(expected))
            throw new FormatException($"the CMS message uses {Text(found)} where {Text(expected)} was expected");
    }

    private static string Text(ReadOnlySpan<byte> oid) => AsnDecoder.ReadObjectIdentifier(oid, AsnEncodingRules.DER, out _);

    private List<CmsRecipient> ReadRecipients()
    {
        try
        {
            var recipients = new List<CmsRecipient>();
            var set = new AsnReader(_recipients, AsnEncodingRules.DER).ReadSetOf();
            while (set.HasData)
            {
                if (set.PeekTag() == CmsOids.Explicit(3))
                    recipients.Add(ReadPassword(set.ReadSequence(CmsOids.Explicit(3))));
                else if (set.PeekTag() == Asn1Tag.Sequence)
                    recipients.Add(ReadCertificate(set.ReadSequence()));
                else
                    set.ReadEncodedValue(); // a kind of recipient that this module has no keys for
            }

            return recipients;
        }
        catch (AsnContentException e)
        {
            throw new FormatException("the recipients of the CMS message cannot be read", e);
        }
    }

    private static CmsCertificateRecipient ReadCertificate(AsnReader recipient)
    {
        recipient.ReadIntegerBytes();
        var identifier = recipient.ReadSequence();
        var issuer = identifier.ReadEncodedValue().ToArray();
        var serial = identifier.ReadIntegerBytes().ToArray();
        Expect(recipient.ReadSequence(), CmsOids.RsaOaep);
        return new CmsCertificateRecipient(issuer, serial, recipient.ReadOctetString());
    }

    private static CmsPasswordRecipient ReadPassword(AsnReader recipient)
    {
        recipient.ReadIntegerBytes();
        var derivation = recipient.ReadSequence(CmsOids.Explicit(0));
        Expect(derivation, CmsOids.Pbkdf2);
        var parameters = derivation.ReadSequence();
        var salt = parameters.ReadOctetString();
        if (!parameters.TryReadInt32(out var iterations) || iterations is < 1 or > PasswordKey.MostIterations)
            throw new FormatException("the CMS message demands an invalid number of iterations");
        Expect(parameters.ReadSequence(), CmsOids.HmacSha256);

        var wrap = recipient.ReadSequence();
        Expect(wrap, CmsOids.PasswordKeyWrap);
        var cipher = wrap.ReadSequence();
        Expect(cipher, CmsOids.Aes256Cbc);
        var iv = cipher.ReadOctetString();
        if (iv.Length != 16)
            throw new FormatException("the CMS message uses lengths that are not supported");
        return new CmsPasswordRecipient(salt, iterations, iv, recipient.ReadOctetString());
    }
}
