using System.Security.Cryptography;
using System.Text;

namespace RsolvDeploy.Storage;

/// <summary>SHA-256 as text: 64 lower-case hex digits.</summary>
internal static class Sha256Text
{
    /// <summary>The hash of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        Span<char> digits = stackalloc char[SHA256.HashSizeInBytes * 2];
        for (var index = 0; index < hash.Length; index++)
            (digits[2 * index], digits[(2 * index) + 1]) = (Digit(hash[index] >> 4), Digit(hash[index] & 0xf));
        return new string(digits);
    }

    /// <summary>The hash of a text in UTF-8.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    private static char Digit(int value) => (char)(value < 10 ? '0' + value : 'a' + value - 10);
}
