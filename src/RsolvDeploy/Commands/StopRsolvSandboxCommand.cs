using System.Management.Automation;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Stops sandboxes that this session has started.</summary>
/// <remarks>The sandbox ends its servers and removes its folder.</remarks>
/// <example>
/// <code>Stop-RsolvSandbox</code>
/// <para>Stops every sandbox of this session.</para>
/// </example>
/// <example>
/// <code>
/// $sandbox = Start-RsolvSandbox
/// $sandbox | Stop-RsolvSandbox
/// </code>
/// <para>Stops one sandbox.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "RsolvSandbox", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class StopRsolvSandboxCommand : RsolvCmdlet
{
    private ModuleSession? _session;

    /// <summary>The sandbox to stop, by its process id; binds from the property of that name. All of this session when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
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
                    new DeployException("SandboxNotFound", FaultCategory.ObjectNotFound, $"This session has started no sandbox with process id {id}.", "Give the object that Start-RsolvSandbox put out, or nothing for all."),
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
