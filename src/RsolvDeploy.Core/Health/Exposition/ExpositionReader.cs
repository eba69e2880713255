using System.Buffers;

namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads an exposition from a stream, in memory that does not grow with its length.</summary>
internal static class ExpositionReader
{
    private const int FirstBuffer = 64 * 1024;
    private const int LongestLine = 1024 * 1024;

    /// <summary>Reads to the end of the stream, or to the byte limit, which is noted as an error. Whether the text is OpenMetrics, its
    /// content type says.</summary>
    public static async Task<ExpositionDocument> ReadAsync(
        Stream stream, ISampleVisitor? visitor, bool openMetrics, long maximumBytes, CancellationToken ct)
    {
        var parser = new ExpositionParser(visitor, openMetrics);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            int filled = 0;
            long skipped = 0;       // bytes of a line that is too long, while its end is searched
            long total = 0;
            while (true)
            {
                int count = await stream.ReadAsync(buffer.AsMemory(filled), ct);
                if (count == 0) break;

                filled += count;
                total += count;
                int read = skipped > 0 ? Skip(parser, buffer.AsSpan(0, filled), ref skipped) : 0;
                read += parser.Feed(buffer.AsSpan(read, filled - read));
                filled -= read;
                buffer.AsSpan(read, filled).CopyTo(buffer);
                if (total > maximumBytes)
                {
                    parser.Refuse($"the text is longer than {maximumBytes} bytes; the rest was not read", 0);
                    break;
                }

                if (filled < buffer.Length) continue;
                if (filled >= LongestLine) (skipped, filled) = (skipped + filled, 0);
                else buffer = Larger(buffer, filled);
            }

            if (skipped > 0) parser.Refuse(TooLong, skipped);
            return parser.Complete(buffer.AsSpan(0, filled));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string TooLong => $"the line is longer than {LongestLine} bytes";

    private static int Skip(ExpositionParser parser, ReadOnlySpan<byte> block, ref long skipped)
    {
        int end = block.IndexOf((byte)'\n');
        int read = end < 0 ? block.Length : end + 1;
        skipped += read;
        if (end < 0) return read;

        parser.Refuse(TooLong, skipped);
        skipped = 0;
        return read;
    }

    private static byte[] Larger(byte[] buffer, int filled)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
