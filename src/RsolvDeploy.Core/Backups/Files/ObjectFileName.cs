using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Files;

/// <summary>The file name of an object: its name, encoded where a file system does not allow it.</summary>
internal static class ObjectFileName
{
    private const int Longest = 200;
    private const int LongestReserved = 4;

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly FrozenSet<string> Reserved = new[]
    {
        "con", "prn", "aux", "nul",
        "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A name without an extension. Two names never share one, not even on file systems that ignore case.</summary>
    public static string For(string name)
    {
        var text = name.AsSpan().ContainsAnyExcept(Plain) || name.StartsWith('.') ? Encode(name) : name;
        if (text.Length == 0 || IsReserved(text)) text = "%" + text;
        if (text.Length <= Longest)
            return text;
        var digest = Sha256Text.Of(name);
        return $"{text[..(Longest - 34)]}~{digest[..32]}";
    }

    private static string Encode(string name)
    {
        var encoded = new StringBuilder(name.Length);
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            if (Plain.Contains((char)b) && (b != '.' || encoded.Length > 0)) encoded.Append((char)b);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{b:x2}");
        }

        return encoded.ToString();
    }

    // Windows takes a name with any extension for the device.
    private static bool IsReserved(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return (dot < 0 ? text.Length : dot) <= LongestReserved && Reserved.Contains(dot < 0 ? text : text[..dot]);
    }

    /// <summary>Whether a path of a manifest is safe: <c>folder/file</c>, of the characters that names are encoded with.</summary>
    public static bool IsSafePath(string path)
    {
        var parts = path.Split('/');
        return parts.Length == 2 && parts.All(part =>
            part.Length is > 0 and <= 255 && part[0] != '.'
            && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.' or '%' or '~'));
    }
}
