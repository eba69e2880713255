using System.Text;

namespace RsolvDeploy.Runs;

/// <summary>The content of a ledger file.</summary>
/// <param name="Lines">The unaltered lines, up to the first altered one.</param>
/// <param name="Torn">The number of bytes of an incomplete last line. Such a line means that the process died, not that
/// the file was edited.</param>
/// <param name="Problem">The first altered line; null when no line was altered.</param>
internal sealed record LedgerText(IReadOnlyList<LedgerLine> Lines, int Torn, string? Problem)
{
    /// <summary>Reads a ledger and checks every line against the previous one.</summary>
    /// <param name="content">The file.</param>
    /// <param name="runId">The run that it belongs to.</param>
    public static LedgerText Read(ReadOnlySpan<byte> content, string runId)
    {
        var whole = content.LastIndexOf((byte)'\n') + 1;
        var torn = content.Length - whole;
        var lines = new List<LedgerLine>();
        var previous = LedgerLine.HashOf(runId);
        foreach (var text in Encoding.UTF8.GetString(content[..whole]).Split('\n')[..^1])
        {
            var number = lines.Count + 1;
            if (LedgerLine.Read(text) is not { } line) return new(lines, torn, $"line {number} was changed");
            if (line.Sequence != number || line.Previous != previous)
                return new(lines, torn, $"line {number} does not follow the previous line: a line was changed, removed, added or moved");
            lines.Add(line);
            previous = line.Hash;
        }

        return new(lines, torn, null);
    }
}
