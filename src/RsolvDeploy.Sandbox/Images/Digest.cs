using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Images;

/// <summary>Content digests as OCI writes them.</summary>
internal static partial class Digest
{
    public static string Compute(ReadOnlySpan<byte> content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    public static string Compute(string text) => Compute(Encoding.UTF8.GetBytes(text));

    public static bool IsValid(string text) => Pattern().IsMatch(text);

    /// <summary>The twelve digits that docker prints.</summary>
    public static string Short(string digest) => digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..][..12];

    [GeneratedRegex("^sha256:[0-9a-f]{64}$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Pattern();
}
