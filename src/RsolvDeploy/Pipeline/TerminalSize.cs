using System.Management.Automation;
using RsolvDeploy.Reporting.Live;

namespace RsolvDeploy.Pipeline;

/// <summary>The size that progress has: that of the host's window, and not wider than <c>$PSStyle.Progress.MaxWidth</c>.</summary>
internal static class TerminalSize
{
    /// <summary>Reads it. Runs on the pipeline thread.</summary>
    public static ViewSize Read(PSCmdlet cmdlet)
    {
        // To ask for a window that is not there takes 10 ms of a first command.
        if (cmdlet.Host.Name == "ConsoleHost" && StandardOutput.IsRedirected) return ViewSize.Default;
        try
        {
            var window = cmdlet.Host.UI.RawUI.WindowSize;
            if (window is not { Width: > 0, Height: > 0 }) return ViewSize.Default;
            return new ViewSize(LongestLine(cmdlet) is > 0 and var longest ? Math.Min(window.Width, longest) : window.Width, window.Height);
        }
        catch (Exception)
        {
            return ViewSize.Default; // a host without a window throws what it likes
        }
    }

    private static int? LongestLine(PSCmdlet cmdlet) =>
        cmdlet.SessionState.PSVariable.GetValue("PSStyle") is { } style
            && PSObject.AsPSObject(style).Properties["Progress"]?.Value is { } progress
            ? PSObject.AsPSObject(progress).Properties["MaxWidth"]?.Value as int?
            : null;
}
