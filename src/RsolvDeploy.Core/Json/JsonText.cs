using System.Buffers;

namespace RsolvDeploy.Json;

/// <summary>What stands between the quotes of a JSON string, as it is spelled there.</summary>
internal static class JsonText
{
    /// <summary>
    /// Whether it means the same between the quotes of a YAML string, to YAML 1.1 and 1.2: plain ASCII, and the escapes that both have.
    /// That goes for nearly every text.
    /// </summary>
    public static bool IsYaml(ReadOnlySpan<byte> raw)
    {
        while (true)
        {
            var stop = raw.IndexOfAnyExcept(Plain);
            if (stop < 0) return true;
            if (raw[stop] != '\\' || stop + 1 >= raw.Length || !"\"\\nrt"u8.Contains(raw[stop + 1])) return false;
            raw = raw[(stop + 2)..];
        }
    }

    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);
}
