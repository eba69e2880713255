using System.Security.Cryptography;

namespace RsolvDeploy.Backups.Cms;

/// <summary>
/// The key wrap of password recipients (RFC 3211): the key, its length and a check value, encrypted twice in one CBC chain.
/// </summary>
internal static class PasswordKeyWrap
{
    private const int Block = 16;
    private const int Prefix = 4; // length, then the complement of the key's first three bytes

    public static byte[] Wrap(byte[] keyEncryptionKey, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> key)
    {
        var length = Math.Max(2 * Block, (Prefix + key.Length + Block - 1) / Block * Block);
        var block = new byte[length];
        try
        {
            RandomNumberGenerator.Fill(block);
            block[0] = (byte)key.Length;
            for (var i = 0; i < 3; i++)
                block[1 + i] = (byte)~key[i];
            key.CopyTo(block.AsSpan(Prefix));

            using var aes = Aes.Create();
            aes.Key = keyEncryptionKey;
            var once = aes.EncryptCbc(block, iv, PaddingMode.None);
            return aes.EncryptCbc(once, once.AsSpan(length - Block), PaddingMode.None);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    /// <summary>The wrapped key; null when the key-encryption key is wrong.</summary>
    public static byte[]? Unwrap(byte[] keyEncryptionKey, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < 2 * Block || wrapped.Length % Block != 0)
            return null;
        using var aes = Aes.Create();
        aes.Key = keyEncryptionKey;
        // The second pass used the last block of the first one as its initialization vector.
        var second = aes.DecryptCbc(wrapped[^Block..], wrapped[^(2 * Block)..^Block], PaddingMode.None);
        var once = aes.DecryptCbc(wrapped, second, PaddingMode.None);
        var block = aes.DecryptCbc(once, iv, PaddingMode.None);
        try
        {
            var length = block[0];
            var fits = length is >= 3 && length <= block.Length - Prefix;
            var check = (block[1] ^ block[4] ^ 0xff) | (block[2] ^ block[5] ^ 0xff) | (block[3] ^ block[6] ^ 0xff);
            return fits && check == 0 ? block.AsSpan(Prefix, length).ToArray() : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }
}
