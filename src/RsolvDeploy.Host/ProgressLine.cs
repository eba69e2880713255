using System.Management.Automation;

namespace RsolvDeploy.Host;

/// <summary>Progress on one line of the terminal that later text overwrites; nothing when output is redirected.</summary>
internal sealed class ProgressLine
{
    private const string EraseLine = "\r\u001b[2K";
    private bool _shown;

    public void Show(ProgressRecord record)
    {
        if (Console.IsOutputRedirected) return;
        Clear();
        if (record.RecordType == ProgressRecordType.Completed) return;
        var percent = record.PercentComplete >= 0 ? $" {record.PercentComplete,3}%" : "";
        var line = $"{record.Activity}{percent}  {record.StatusDescription}".ReplaceLineEndings(" ");
        Console.Write(line.Length < Console.WindowWidth ? line : line[..(Console.WindowWidth - 1)]);
        _shown = true;
    }

    public void Clear()
    {
        if (!_shown) return;
        _shown = false;
        Console.Write(EraseLine);
    }
}
