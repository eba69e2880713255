using System.Diagnostics;
using System.Text.Json.Nodes;

using RsolvDeploy.Configuration;

namespace RsolvDeploy.Benchmarks;

/// <summary>A sandbox in its own process, so that its objects and garbage collections do not affect the measured process.</summary>
internal sealed class SandboxChild : IDisposable
{
    private readonly Process _process;

    private SandboxChild(Process process, Target target) => (_process, Target) = (process, target);

    /// <summary>The target that its configuration describes.</summary>
    public Target Target { get; }

    public static async Task<SandboxChild> StartAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "RsolvDeploy.Sandbox.dll"));
        var process = Process.Start(start) ?? throw new InvalidOperationException("The sandbox did not start.");
        var line = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The sandbox ended before it served.");
        return new SandboxChild(
            process, ConfigurationFile.Load(JsonNode.Parse(line)!["configuration"]!.GetValue<string>()).GetTarget("production"));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
