using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RsolvDeploy.Backups;

/// <summary>The file name of an object: its own name where that is one everywhere, encoded where it is not.</summary>
internal static class ObjectFileName
{
    private const int Longest = 200;

    private static readonly FrozenSet<string> Reserved = new[]
    {
        "con", "prn", "aux", "nul",
        "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A name without an extension. Two different names never share one, not even where case does not count.</summary>
    public static string For(string name)
    {
        var encoded = new StringBuilder(name.Length);
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            var c = (char)b;
            var plain = char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' || (c == '.' && encoded.Length > 0);
            if (plain)
                encoded.Append(c);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:x2}");
        }

        var text = encoded.ToString();
        if (text.Length == 0 || Reserved.Contains(text.Split('.')[0]))
            text = "%" + text;
        if (text.Length <= Longest)
            return text;
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();
        return $"{text[..(Longest - 34)]}~{digest[..32]}";
    }

    /// <summary>Whether a path of a manifest is one that a backup can hold: <c>folder/file</c>, of the characters above.</summary>
    public static bool IsSafePath(string path)
    {
        var parts = path.Split('/');
        return parts.Length == 2 && parts.All(part =>
            part.Length is > 0 and <= 255 && part[0] != '.'
            && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.' or '%' or '~'));
    }
}
