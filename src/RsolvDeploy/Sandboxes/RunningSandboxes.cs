using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace RsolvDeploy.Sandboxes;

/// <summary>The sandboxes that each session has started, by process id.</summary>
internal static class RunningSandboxes
{
    // Kept for each runspace, so that sessions do not see each other's and a closed one's can be collected.
    private static readonly ConditionalWeakTable<Runspace, ConcurrentDictionary<int, SandboxProcess>> Sessions = [];

    public static ConcurrentDictionary<int, SandboxProcess> OfThisSession => Sessions.GetValue(Runspace.DefaultRunspace, End);

    private static ConcurrentDictionary<int, SandboxProcess> End(Runspace runspace)
    {
        var running = new ConcurrentDictionary<int, SandboxProcess>();
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is not (RunspaceState.Closed or RunspaceState.Broken)) return;
            foreach (var id in running.Keys)
            {
                if (running.TryRemove(id, out var sandbox)) sandbox.Dispose();
            }
        };
        return running;
    }
}
