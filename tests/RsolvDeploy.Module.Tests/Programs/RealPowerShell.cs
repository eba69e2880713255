using System.Diagnostics;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>The PowerShell of the tool manifest, in its own process.</summary>
internal static class RealPowerShell
{
    /// <summary>Runs it to its end in the clone.</summary>
    /// <param name="environment">More environment variables.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The exit code, and what it wrote to both streams.</returns>
    public static async Task<(int Code, string Output)> RunAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var pwsh = Start(environment, arguments);
        var output = pwsh.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = pwsh.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await pwsh.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (pwsh.ExitCode, await output + await errors);
    }

    /// <summary>Starts it in the clone, with redirected output.</summary>
    /// <param name="environment">More environment variables.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Clone.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["pwsh", "-NoProfile", "-NonInteractive", .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["XDG_DATA_HOME"] = Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}");
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
