using System.Text;

namespace RsolvDeploy.Fuzz;

/// <summary>Changes inputs: bytes, ranges, words of the format, numbers at their limits, parts of other inputs, deep nesting.</summary>
/// <param name="random">Where the changes come from; the same seed gives the same inputs.</param>
/// <param name="words">Words of the format, which random bytes would never form.</param>
internal sealed class Mutator(Random random, IReadOnlyList<string> words)
{
    private const int MostChanges = 6;
    private const int LongestInput = 64 * 1024;
    private const int MostRepeats = 2000;

    private static readonly byte[][] Always =
    [
        .. new[]
        {
            "\0", "\n", "\r\n", "\u2028", "\"", "\\", "\\ud800", "'", "{", "}", "[", "]", ":", ",", "- ", "null", "true", "-1", "0",
            "1e999", "NaN", "2147483648", "9223372036854775807", "99999999999999999999", "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00Z", "%s", "../",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xfe, 0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
    ];

    private readonly byte[][] _words = [.. Always, .. words.Select(Encoding.UTF8.GetBytes)];

    /// <summary>A changed input.</summary>
    /// <param name="seed">What is changed.</param>
    /// <param name="other">Where parts are taken from.</param>
    public byte[] Change(byte[] seed, byte[] other)
    {
        var input = seed.ToList();
        // Each second one is changed once: what is changed in many places is rejected before it gets deep.
        for (var left = 1 + (random.Next(2) * random.Next(MostChanges)); left > 0; left--) ChangeOnce(input, other);
        if (input.Count > LongestInput) input.RemoveRange(LongestInput, input.Count - LongestInput);
        return [.. input];
    }

    private void ChangeOnce(List<byte> input, byte[] other)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, 1 + random.Next(random.Next(4) == 0 ? 200 : 8));
        switch (random.Next(9))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 4:
                input.RemoveRange(at, input.Count - at);
                break;
            case 5 when other.Length > 0:
                var from = random.Next(other.Length);
                input.InsertRange(at, other[from..Math.Min(other.Length, from + 1 + random.Next(300))]);
                break;
            case 6 when random.Next(8) == 0:
                var repeated = Word();
                input.InsertRange(
                    at, Enumerable.Repeat(repeated, 1 + random.Next(MostRepeats)).SelectMany(word => word).Take(LongestInput));
                break;
            case 7:
                input.RemoveRange(at, length);
                input.InsertRange(at, Word());
                break;
            default:
                input.InsertRange(at, Word());
                break;
        }
    }

    private byte[] Word() => _words[random.Next(_words.Length)];
}
