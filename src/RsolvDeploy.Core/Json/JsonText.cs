using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
            var stop = IndexOfSpecial(raw);
            if (stop == raw.Length) return true;
            if (raw[stop] != '\\' || stop + 1 >= raw.Length || !IsCommonEscape(raw[stop + 1])) return false;
            raw = raw[(stop + 2)..];
        }
    }

    private static bool IsCommonEscape(byte escape) => escape is (byte)'"' or (byte)'\\' or (byte)'n' or (byte)'r' or (byte)'t';

    // The runtime's own search runs in a new session as it is compiled at first, without optimization, because it uses instructions that
    // no code compiled ahead of time may use: a sixth of the processor time of a first backup. These are in every processor.
    private static int IndexOfSpecial(ReadOnlySpan<byte> text)
    {
        var at = 0;
        for (; at + Vector128<byte>.Count <= text.Length; at += Vector128<byte>.Count)
        {
            var part = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)at);
            var special = Vector128.GreaterThan(part - Vector128.Create((byte)' '), Vector128.Create((byte)('~' - ' ')))
                | Vector128.Equals(part, Vector128.Create((byte)'"'))
                | Vector128.Equals(part, Vector128.Create((byte)'\\'));
            if (special != Vector128<byte>.Zero) break;
        }

        while (at < text.Length && text[at] is >= (byte)' ' and <= (byte)'~' and not ((byte)'"' or (byte)'\\')) at++;
        return at;
    }
}
