using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc7748;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>
/// A sealed box as libsodium defines it (<c>crypto_box_seal</c>): X25519 with a key of its own, XSalsa20-Poly1305, and a nonce of both
/// public keys.
/// </summary>
internal static class SealedBox
{
    private const int KeySize = 32;
    private const int NonceSize = 24;
    private const int TagSize = 16;

    /// <summary>Seals a text for the holder of a private key.</summary>
    /// <param name="value">The text, as UTF-8.</param>
    /// <param name="publicKey">The public key, in base64.</param>
    /// <returns>The box, in base64.</returns>
    /// <exception cref="DeployException"><c>GitHubKeyInvalid</c>.</exception>
    public static string Seal(string value, string publicKey)
    {
        var key = new byte[KeySize + 1];
        if (!Convert.TryFromBase64String(publicKey, key, out var length) || length != KeySize) throw Invalid();
        var plain = Encoding.UTF8.GetBytes(value);
        try
        {
            return Convert.ToBase64String(Seal(plain, key.AsSpan(0, KeySize)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> publicKey)
    {
        var (secret, own, shared) = (new byte[KeySize], new byte[KeySize], new byte[KeySize]);
        RandomNumberGenerator.Fill(secret);
        X25519.ScalarMultBase(secret, 0, own, 0);
        // A key of low order gives everybody the same shared secret.
        if (!X25519.CalculateAgreement(secret, 0, publicKey.ToArray(), 0, shared, 0)) throw Invalid();
        var cipher = new XSalsa20Engine();
        cipher.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(HSalsa20(shared)), Nonce(own, publicKey)));
        // The first half of the first block is the key of the authenticator; the text begins in its second half.
        var oneTime = new byte[KeySize];
        cipher.ProcessBytes(oneTime, 0, KeySize, oneTime, 0);
        var box = new byte[KeySize + TagSize + plain.Length];
        own.CopyTo(box, 0);
        cipher.ProcessBytes(plain.ToArray(), 0, plain.Length, box, KeySize + TagSize);
        var authenticator = new Poly1305();
        authenticator.Init(new KeyParameter(oneTime));
        authenticator.BlockUpdate(box, KeySize + TagSize, plain.Length);
        authenticator.DoFinal(box, KeySize);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(shared);
        CryptographicOperations.ZeroMemory(oneTime);
        return box;
    }

    private static byte[] Nonce(ReadOnlySpan<byte> own, ReadOnlySpan<byte> publicKey)
    {
        var digest = new Blake2bDigest(NonceSize * 8);
        digest.BlockUpdate(own);
        digest.BlockUpdate(publicKey);
        var nonce = new byte[NonceSize];
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

    private static DeployException Invalid() => new(
        "GitHubKeyInvalid",
        FaultCategory.InvalidData,
        "The public key of the repository is not a key for sealed boxes, so that the secret was not sent.",
        "Try again. If it happens again, check that 'apiUrl' under 'github' is the address of the GitHub API.");
}
