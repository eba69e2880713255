using System.Text;
using RsolvDeploy.Reporting.Live;

namespace RsolvDeploy.Core.Tests.LiveViews;

/// <summary>Shows rows as PowerShell's progress view <c>Minimal</c> does: indented by two below another row, cut at the width.</summary>
/// <param name="width">Columns.</param>
internal sealed class MinimalView(int width)
{
    private readonly List<LiveRow> _rows = [];

    /// <summary>Takes a row.</summary>
    public void Show(LiveRow row)
    {
        var at = _rows.FindIndex(one => one.Id == row.Id);
        if (row.Completed) _rows.RemoveAll(one => one.Id == row.Id);
        else if (at >= 0) _rows[at] = row;
        else _rows.Add(row);
    }

    /// <summary>The lines of the screen.</summary>
    public IReadOnlyList<string> Lines => [.. Below(null, 0)];

    private IEnumerable<string> Below(int? parent, int indent)
    {
        foreach (var row in _rows.Where(row => parent is null ? !_rows.Exists(one => one.Id == row.Parent) : row.Parent == parent))
        {
            yield return Line(row, indent);
            foreach (var line in Below(row.Id, indent + 2)) yield return line;
        }
    }

    private string Line(LiveRow row, int indent)
    {
        var activity = row.Activity.Length > width / 2 ? $"{row.Activity[..((width / 2) - 1)]}…" : row.Activity;
        var bar = width - activity.Length - indent - 4;
        var status = row.Status.Length > bar - 2 ? $"{row.Status[..(bar - 2)]}…" : row.Status;
        return new StringBuilder().Append(' ', indent).Append(activity).Append(" [").Append(status.PadRight(bar)).Append(']').ToString();
    }
}
