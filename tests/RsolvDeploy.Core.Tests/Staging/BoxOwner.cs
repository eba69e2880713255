using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>
/// Opens sealed boxes without libsodium, by the primitives of BouncyCastle: X25519, HSalsa20, XSalsa20-Poly1305, and a nonce of both
/// public keys.
/// </summary>
internal sealed class BoxOwner
{
    private const int KeySize = 32;
    private const int TagSize = 16;
    private readonly byte[] _private;
    private readonly byte[] _public = new byte[KeySize];

    /// <param name="privateKey">The private key, in base64; null for a new one.</param>
    public BoxOwner(string? privateKey = null)
    {
        _private = privateKey is null ? RandomNumberGenerator.GetBytes(KeySize) : Convert.FromBase64String(privateKey);
        X25519.ScalarMultBase(_private, 0, _public, 0);
    }

    /// <summary>The public key, in base64.</summary>
    public string PublicKey => Convert.ToBase64String(_public);

    /// <summary>Opens a box; fails when it was altered or sealed for somebody else.</summary>
    public string Open(string box)
    {
        var bytes = Convert.FromBase64String(box);
        var (sender, shared) = (bytes[..KeySize], new byte[KeySize]);
        Assert.True(X25519.CalculateAgreement(_private, 0, sender, 0, shared, 0));
        var cipher = new XSalsa20Engine();
        cipher.Init(forEncryption: false, new ParametersWithIV(new KeyParameter(HSalsa20(shared)), Nonce(sender)));
        // The first half of the first block is the key of the authenticator; the text begins in its second half.
        var oneTime = new byte[KeySize];
        cipher.ProcessBytes(oneTime, 0, KeySize, oneTime, 0);
        var (text, tag) = (bytes[(KeySize + TagSize)..], new byte[TagSize]);
        var authenticator = new Poly1305();
        authenticator.Init(new KeyParameter(oneTime));
        authenticator.BlockUpdate(text, 0, text.Length);
        authenticator.DoFinal(tag, 0);
        Assert.Equal(bytes[KeySize..(KeySize + TagSize)], tag);
        cipher.ProcessBytes(text, 0, text.Length, text, 0);
        return Encoding.UTF8.GetString(text);
    }

    private byte[] Nonce(byte[] sender)
    {
        var nonce = new byte[24];
        var digest = new Blake2bDigest(nonce.Length * 8);
        digest.BlockUpdate(sender);
        digest.BlockUpdate(_public);
        digest.DoFinal(nonce, 0);
        return nonce;
    }

    // The key of a box is HSalsa20 of the shared secret and a zero input. It is in the first block of Salsa20: the words of the diagonal
    // less the constants that Salsa20 adds, and those of the input, which are zero.
    private static byte[] HSalsa20(byte[] shared)
    {
        var block = new byte[64];
        var salsa = new Salsa20Engine();
        salsa.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(shared), new byte[8]));
        salsa.ProcessBytes(block, 0, block.Length, block, 0);
        var key = new byte[KeySize];
        var constants = "expand 32-byte k"u8;
        for (var index = 0; index < 4; index++)
        {
            var diagonal = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(index * 20));
            var constant = BinaryPrimitives.ReadUInt32LittleEndian(constants[(index * 4)..]);
            BinaryPrimitives.WriteUInt32LittleEndian(key.AsSpan(index * 4), diagonal - constant);
            block.AsSpan(24 + (index * 4), 4).CopyTo(key.AsSpan(16 + (index * 4)));
        }

        return key;
    }
}
