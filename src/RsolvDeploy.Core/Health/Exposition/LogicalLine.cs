namespace RsolvDeploy.Health.Exposition;

/// <summary>A line whose quoted texts may hold line feeds, as Prometheus reads it.</summary>
internal static class LogicalLine
{
    /// <summary>The length up to the line feed that ends it; -1 when the text ends before.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        bool isMetadata = IsMetadata(text);
        int at = 0;
        while (true)
        {
            int next = text[at..].IndexOfAny((byte)'"', (byte)'\n');
            if (next < 0) return -1;
            at += next;
            if (text[at] == '\n') return at;

            int length = QuotedLength(text[at..]);
            if (length < 0) return -1;
            at += length;
            // Behind the quoted name of metadata, a quote is part of the help text.
            if (!isMetadata) continue;
            next = text[at..].IndexOf((byte)'\n');
            return next < 0 ? -1 : at + next;
        }
    }

    /// <summary>Whether no quoted text is open at the end of the line.</summary>
    public static bool IsClosed(ReadOnlySpan<byte> line)
    {
        bool isMetadata = IsMetadata(line);
        int at = 0;
        while (true)
        {
            int next = line[at..].IndexOf((byte)'"');
            if (next < 0) return true;
            int length = QuotedLength(line[(at + next)..]);
            if (length < 0) return false;
            if (isMetadata) return true;
            at += next + length;
        }
    }

    private static bool IsMetadata(ReadOnlySpan<byte> text) => text.TrimStart(" \t"u8).StartsWith("#"u8);

    /// <summary>The length of a quoted text with its quotes; -1 when it does not end.</summary>
    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        int at = 1;
        while (true)
        {
            int next = at < text.Length ? text[at..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            if (next < 0) return -1;
            at += next;
            if (text[at] == '"') return at + 1;
            at += 2;
        }
    }
}
