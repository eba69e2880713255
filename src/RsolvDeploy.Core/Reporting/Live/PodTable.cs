using System.Globalization;

namespace RsolvDeploy.Reporting.Live;

/// <summary>The pods of a rollout as a table that fits the terminal: what matters least goes first, and pods that fail stay.</summary>
/// <param name="pods">The pods.</param>
/// <param name="logs">The newest log line of each pod that fails.</param>
/// <param name="now">The time.</param>
internal sealed class PodTable(IReadOnlyList<PodState> pods, IReadOnlyDictionary<string, string> logs, DateTimeOffset now)
{
    private const int Gap = 2;
    private const int LeastName = 12;
    private const int LeastState = 12;
    private const string Header = "POD";

    // In the order in which they get room; the table shows them by their place.
    private readonly Column[] _columns =
    [
        new(1, "STATE", pod => pod.Phase, LeastState),
        new(4, "AGE", pod => pod.Created is { } created ? Age.Describe(now - created) : "", int.MaxValue),
        new(2, "READY", pod => pod.Ready ? "yes" : "no", int.MaxValue),
        new(3, "RESTARTS", pod => pod.Restarts.ToString(CultureInfo.InvariantCulture), int.MaxValue),
        new(0, "REV", pod => pod.Revision?.ToString(CultureInfo.InvariantCulture) ?? "", int.MaxValue),
    ];

    /// <summary>The rows: the header, the pods, below a pod what does not fit beside it, and how many are not shown.</summary>
    /// <param name="width">How many columns a name and its row have together.</param>
    /// <param name="lines">How many rows there may be; a header and a pod are always shown.</param>
    public IReadOnlyList<PodTableRow> Fit(int width, int lines)
    {
        if (pods.Count == 0) return [];
        var (name, columns, reason) = Columns(width);
        var blocks = pods.Select(pod => Block(pod, name, columns, reason)).ToList();
        var shown = Choose(blocks, lines - 1);
        List<PodTableRow> rows =
        [
            new(Header, null, Header.PadRight(name), Row(columns, column => column.Title) + (reason > 0 ? Space + "REASON" : "")),
            .. blocks.Where((_, at) => shown.Contains(at)).SelectMany(block => block),
        ];
        if (pods.Where((_, at) => !shown.Contains(at)).ToList() is { Count: > 0 } rest)
            rows.Add(new PodTableRow("more", null, $"{rest.Count} more", $"{rest.Count(pod => pod.Ready)} ready"));
        return rows;
    }

    private static string Space => new(' ', Gap);

    // Each column gets its least width; then the state and the name grow, and the reasons get a column where all of them fit.
    private (int Name, IReadOnlyList<(Column Column, int Width)> Columns, int Reason) Columns(int width)
    {
        var longest = Math.Max(Header.Length, pods.Max(pod => pod.Name.Length));
        var name = Math.Min(longest, LeastName);
        var room = width - name;
        List<(Column Column, int Width)> columns = [];
        foreach (var column in _columns)
        {
            var least = Math.Min(column.Longest(pods), column.Least) + (columns.Count > 0 ? Gap : 0);
            if (columns.Count > 0 && least > room) break;
            columns.Add((column, Math.Min(column.Longest(pods), column.Least)));
            room -= least;
        }

        var grown = Math.Clamp(columns[0].Column.Longest(pods) - columns[0].Width, 0, Math.Max(0, room));
        columns[0] = (columns[0].Column, columns[0].Width + grown);
        room -= grown;
        var longer = Math.Clamp(Math.Min(longest, width / 3) - name, 0, Math.Max(0, room));
        var needed = pods.Max(pod => pod.Reason?.Length ?? 0);
        return (name + longer, [.. columns.OrderBy(one => one.Column.Place)], room - longer - Gap >= needed ? needed : 0);
    }

    private List<PodTableRow> Block(PodState pod, int name, IReadOnlyList<(Column Column, int Width)> columns, int reason)
    {
        var text = Row(columns, column => column.Text(pod));
        List<PodTableRow> rows = [];
        if (pod.Reason is { Length: > 0 } cause)
        {
            if (reason > 0) text += Space + cause;
            else rows.Add(new PodTableRow($"{pod.Name} reason", pod.Name, "reason", cause));
        }

        if (!pod.Ready && logs.TryGetValue(pod.Name, out var line)) rows.Add(new PodTableRow($"{pod.Name} log", pod.Name, "log", line));
        return [new(pod.Name, null, ShortenStart(pod.Name, name).PadRight(name), text.TrimEnd()), .. rows];
    }

    // A pod that fails is shown before one that waits, and that before one that is ready.
    private HashSet<int> Choose(List<List<PodTableRow>> blocks, int lines)
    {
        HashSet<int> shown = [];
        var left = blocks.Sum(block => block.Count) <= lines ? lines : lines - 1;
        foreach (var at in Enumerable.Range(0, pods.Count).OrderBy(at => pods[at].Ready ? 2 : pods[at].Reason is null ? 1 : 0))
        {
            if (shown.Count > 0 && blocks[at].Count > left) continue;
            shown.Add(at);
            left -= blocks[at].Count;
        }

        return shown;
    }

    private static string Row(IReadOnlyList<(Column Column, int Width)> columns, Func<Column, string> text) =>
        string.Join(Space, columns.Select(one => Shorten(text(one.Column), one.Width).PadRight(one.Width)));

    private static string Shorten(string text, int width) => text.Length <= width ? text : $"{text[..(width - 1)]}…";

    // The end of a pod's name tells it from the others.
    private static string ShortenStart(string text, int width) => text.Length <= width ? text : $"…{text[^(width - 1)..]}";

    private sealed record Column(int Place, string Title, Func<PodState, string> Text, int Least)
    {
        public int Longest(IReadOnlyList<PodState> pods) => Math.Max(Title.Length, pods.Max(pod => Text(pod).Length));
    }
}

/// <summary>A row of the table.</summary>
/// <param name="Key">What it is: a pod, or a line below one.</param>
/// <param name="Parent">The key of the row above it; null for none.</param>
/// <param name="Name">Its first column.</param>
/// <param name="Text">The other columns.</param>
internal sealed record PodTableRow(string Key, string? Parent, string Name, string Text);
