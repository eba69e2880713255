using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Stops the sandboxes that this session started.</summary>
/// <remarks>
/// The sandbox stops its services and deletes its folder.
/// </remarks>
/// <example>
/// <code>Stop-RsolvSandbox</code>
/// <para>Stops all sandboxes of this session.</para>
/// </example>
/// <example>
/// <code>
/// $sandbox = Start-RsolvSandbox
/// $sandbox | Stop-RsolvSandbox
/// </code>
/// <para>Stops one sandbox.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "RsolvSandbox", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class StopRsolvSandboxCommand : RsolvCmdlet
{
    private ModuleSession? _session;

    /// <summary>Specifies the process id of the sandbox. Binds from the property of that name. The default is all sandboxes of this
    /// session.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SandboxCompleter))]
    public int[]? ProcessId { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _session = ModuleSession.For(this);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var running = _session!.Sandboxes;
        foreach (var id in ProcessId ?? [.. running.Keys])
        {
            if (!running.ContainsKey(id))
            {
                await EmitErrorAsync(
                    new DeployException(
                        "SandboxNotFound",
                        FaultCategory.ObjectNotFound,
                        $"This session has no sandbox with process id {id}.",
                        "Specify the output of Start-RsolvSandbox, or no process id to stop all sandboxes."),
                    id,
                    cancellationToken);
            }
            else if (await ConfirmAsync($"sandbox {id}", "Stop", cancellationToken) && running.TryRemove(id, out var sandbox))
            {
                sandbox.Dispose();
            }
        }
    }
}
