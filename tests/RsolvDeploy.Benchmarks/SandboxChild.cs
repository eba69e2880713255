using System.Diagnostics;
using System.Text.Json.Nodes;

using RsolvDeploy.Configuration;

namespace RsolvDeploy.Benchmarks;

/// <summary>A sandbox in a process of its own, as a cluster is one: its objects and its garbage collections are not those of what is measured.</summary>
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
        var said = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sandbox ended before it served.");
        return new SandboxChild(process, ConfigurationFile.Load(JsonNode.Parse(said)!["configuration"]!.GetValue<string>()).GetTarget("production"));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
