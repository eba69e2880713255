using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sodium;

namespace RsolvDeploy.Signing;

/// <summary>
/// A private key as <c>cosign generate-key-pair</c> writes it: PKCS #8 in a secret box of NaCl, whose key scrypt derives from a password.
/// </summary>
internal static class CosignKey
{
    /// <summary>The environment variable with the password, as cosign reads it.</summary>
    public const string PasswordVariable = "COSIGN_PASSWORD";

    private const int SaltSize = 32;
    private const int BlockSize = 8;
    private const int LargestCost = 1 << 20;

    /// <summary>Whether a text is such a key.</summary>
    public static bool IsOne(string pem) => PemEncoding.TryFind(pem, out var fields)
        && (pem[fields.Label] is "ENCRYPTED SIGSTORE PRIVATE KEY" or "ENCRYPTED COSIGN PRIVATE KEY");

    /// <summary>Decrypts it.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="password">The password; null when the variable is not set.</param>
    /// <returns>The key, PKCS #8.</returns>
    /// <exception cref="CryptographicException">The password is missing or wrong, or the key is of another kind.</exception>
    public static byte[] Decrypt(string pem, string? password)
    {
        if (password is null) throw new CryptographicException($"it is encrypted by cosign, and {PasswordVariable} is not set");
        try
        {
            var body = pem[PemEncoding.Find(pem).Base64Data];
            using var document = JsonDocument.Parse(Convert.FromBase64String(body));
            var (kdf, cipher) = (document.RootElement.GetProperty("kdf"), document.RootElement.GetProperty("cipher"));
            var parameters = kdf.GetProperty("params");
            var (cost, salt) = (parameters.GetProperty("N").GetInt32(), kdf.GetProperty("salt").GetBytesFromBase64());
            if (kdf.GetProperty("name").GetString() != "scrypt" || cipher.GetProperty("name").GetString() != "nacl/secretbox"
                || parameters.GetProperty("r").GetInt32() != BlockSize || parameters.GetProperty("p").GetInt32() != 1
                || salt.Length != SaltSize || cost is < 2 or > LargestCost || !int.IsPow2(cost))
            {
                throw new CryptographicException("it is encrypted in a way that is not known here");
            }

            // libsodium takes limits instead of N, r and p; these give exactly N with r = 8 and p = 1.
            var key = PasswordHash.ScryptHashBinary(
                Encoding.UTF8.GetBytes(password), salt, 4L * cost * BlockSize, 128 * cost * BlockSize, 32);
            var (ciphertext, nonce) = (document.RootElement.GetProperty("ciphertext"), cipher.GetProperty("nonce"));
            try
            {
                return SecretBox.Open(ciphertext.GetBytesFromBase64(), nonce.GetBytesFromBase64(), key);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new CryptographicException("it is no key of cosign", e);
        }
        catch (CryptographicException e) when (e.Source?.StartsWith("Sodium", StringComparison.Ordinal) == true)
        {
            throw new CryptographicException($"the password in {PasswordVariable} is wrong", e);
        }
    }
}
