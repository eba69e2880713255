using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Sandboxes;

namespace RsolvDeploy.Commands;

/// <summary>Starts a sandbox on this machine: Kubernetes API, image engine, registry, Prometheus, Grafana and a sample platform.</summary>
/// <remarks>
/// All services listen on the loopback interface only, on free ports, with a certificate authority and a token of their own. The
/// sandbox ends with Stop-RsolvSandbox or with the session, and its folder is deleted. It requires the .NET 10 runtime with ASP.NET
/// Core.
/// </remarks>
/// <example>
/// <code>
/// $sandbox = Start-RsolvSandbox
/// Get-RsolvTarget production -ConfigurationPath $sandbox.ConfigurationPath | Test-RsolvMetrics
/// </code>
/// <para>Starts a sandbox and verifies the platform that runs in it.</para>
/// </example>
/// <example>
/// <code>Start-RsolvSandbox -Fault CrashLoop</code>
/// <para>Starts a sandbox whose next rollout ends in a crash loop.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "RsolvSandbox", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true)]
[OutputType(typeof(SandboxSession))]
public sealed class StartRsolvSandboxCommand : RsolvCmdlet
{
    private ModuleSession? _session;

    /// <summary>Specifies faults to inject, each as a name or as <c>Name:times</c>; -1 means until the sandbox ends.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(FaultCompleter))]
    [ValidatePattern("^[A-Za-z0-9]+(:-?[0-9]+)?$")]
    public string[] Fault { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing() => _session = ModuleSession.For(this);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (!await ConfirmAsync("this machine, loopback only", "Start a sandbox", cancellationToken)) return;
        var assembly = Path.Combine(
            Path.GetDirectoryName(typeof(StartRsolvSandboxCommand).Assembly.Location)!, "sandbox", "RsolvDeploy.Sandbox.dll");
        var sandbox = await SandboxProcess.StartAsync(assembly, Fault, cancellationToken);
        _session!.Sandboxes[sandbox.Session.ProcessId] = sandbox;
        await EmitAsync(sandbox.Session, cancellationToken);
    }
}
