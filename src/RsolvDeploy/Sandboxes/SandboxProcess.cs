using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Sandboxes;

/// <summary>A sandbox in its own process. It ends when its standard input closes, so that it never outlives its session.</summary>
internal sealed class SandboxProcess : IDisposable
{
    // Closing its input asks it to clean up after itself; only a sandbox that hangs is killed.
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(5);

    private readonly ChildProcess _process;

    private SandboxProcess(ChildProcess process, SandboxSession session) => (_process, Session) = (process, session);

    public SandboxSession Session { get; }

    /// <summary>Starts a sandbox and waits until it is ready.</summary>
    /// <param name="assembly">Full path of the sandbox's assembly.</param>
    /// <param name="faults">Faults to inject, as <c>Name</c> or <c>Name:times</c>.</param>
    /// <param name="ct">Ends the start and the process.</param>
    public static async Task<SandboxProcess> StartAsync(string assembly, IReadOnlyList<string> faults, CancellationToken ct)
    {
        var start = new ProgramStart("dotnet", [assembly, .. faults.SelectMany(fault => new[] { "--fault", fault })]);
        var process = Start(start);
        try
        {
            var line = await process.Output.ReadLineAsync(ct);
            return line is null
                ? throw new DeployException(
                    "SandboxFailed",
                    FaultCategory.ResourceUnavailable,
                    $"The sandbox ended before it served: {(await process.StandardError).Trim()}",
                    "Correct what the message names, such as a value of -Fault; in a clone, 'dotnet build' makes a missing program.")
                : new SandboxProcess(process, Read(line, process.Id));
        }
        catch
        {
            process.Stop(EndsWithin);
            throw;
        }
    }

    public void Dispose() => _process.Stop(EndsWithin);

    private static ChildProcess Start(ProgramStart start)
    {
        try
        {
            return ChildProcess.Start(start);
        }
        catch (ProgramStartException e)
        {
            throw new DeployException(
                "SandboxRuntimeMissing",
                FaultCategory.ObjectNotFound,
                $"The sandbox needs the program 'dotnet': {e.Reason}",
                "Install the .NET 10 SDK or runtime with ASP.NET Core, and see that 'dotnet' is on PATH.",
                e);
        }
    }

    private static SandboxSession Read(string line, int processId)
    {
        var addresses = JsonNode.Parse(line) as JsonObject
            ?? throw new JsonException($"The sandbox wrote '{line}' instead of its addresses.");
        string Value(string name) =>
            (string?)addresses[name] ?? throw new JsonException($"The sandbox did not report the address '{name}'.");
        return new SandboxSession
        {
            Folder = Value("folder"),
            ConfigurationPath = Value("configuration"),
            Kubeconfig = Value("kubeconfig"),
            Kubernetes = Value("kubernetes"),
            Engine = Value("engine"),
            Registry = Value("registry"),
            Prometheus = Value("prometheus"),
            Grafana = Value("grafana"),
            Platform = Value("platform"),
            GitHub = Value("gitHub"),
            ProcessId = processId,
        };
    }
}
