using System.Text;

namespace RsolvDeploy.Runs;

/// <summary>What a ledger file holds.</summary>
/// <param name="Lines">The lines that are as they were written, up to the first that is not.</param>
/// <param name="Torn">How many bytes of a last line there are that was cut off in the writing. That is a death, not an edit.</param>
/// <param name="Problem">Which line is not as it was written; null when all are.</param>
internal sealed record LedgerText(IReadOnlyList<LedgerLine> Lines, int Torn, string? Problem)
{
    /// <summary>Reads a ledger and holds every line against the one before.</summary>
    /// <param name="content">The file.</param>
    /// <param name="runId">The run it has to belong to.</param>
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
            if (line.Sequence != number || line.Previous != previous) return new(lines, torn, $"line {number} does not follow the one before: a line was changed, removed, added or moved");
            lines.Add(line);
            previous = line.Hash;
        }

        return new(lines, torn, null);
    }
}
