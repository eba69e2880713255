using Terminal = System.Console;

namespace RsolvDeploy.Pipeline;

/// <summary>Where the standard output of the process goes.</summary>
internal static class StandardOutput
{
    /// <summary>Whether it goes to a file or another program, and to no terminal.</summary>
#pragma warning disable RS0030 // It only asks; nothing is written past PowerShell's streams.
    public static bool IsRedirected => Terminal.IsOutputRedirected;
#pragma warning restore RS0030
}
