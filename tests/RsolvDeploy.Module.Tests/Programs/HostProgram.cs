using System.Diagnostics;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>The host of this repository in its own process.</summary>
internal static class HostProgram
{
    /// <summary>Starts it with an empty input and redirected output.</summary>
    public static Process Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>The same with more environment variables.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["XDG_DATA_HOME"] = Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.ArgumentList.Add(
            Path.Combine(Clone.Root, "src", "RsolvDeploy.Host", "bin", configuration, "net10.0", "RsolvDeploy.Host.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
