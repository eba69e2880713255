using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>The tool of Prometheus.</summary>
internal static class Promtool
{
    /// <summary>Whether a rules file is valid; what it prints otherwise.</summary>
    public static (bool IsValid, string Output) CheckRules(string path) => Run("check", "rules", path);

    /// <summary>Stores OpenMetrics text as blocks of Prometheus.</summary>
    public static bool StoreBlocks(string path, string folder) =>
        Directory.Exists(folder) || Run("tsdb", "create-blocks-from", "openmetrics", path, folder).IsValid;

    private static (bool IsValid, string Output) Run(params string[] arguments)
    {
        // One stream, in the order that people see.
        string[] command = ["-c", "exec \"$0\" \"$@\" 2>&1", ServerProgram.Find("promtool") ?? "promtool", .. arguments];
        using var process = Process.Start(new ProcessStartInfo("sh", command) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode == 0, output);
    }
}
