using RsolvDeploy.Errors;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Compares the cluster, the deployment and the operator that a run recorded with those that would resume it.</summary>
/// <param name="run">The run.</param>
/// <param name="target">The target, as the configuration describes it now.</param>
/// <param name="server">The address of the API server that the target leads to now.</param>
internal sealed class RunIdentity(RecordedRun run, Target target, string server)
{
    /// <summary>The run, for the confirmation: its id, what it acts on and who started it.</summary>
    public string Subject =>
        $"run {run.Folder.Id} of {target.Name}: {target.Namespace}/{target.Deployment} on {server}, started by {run.ToRecord().Operator}";

    /// <summary>The operator who started it, when it was somebody else; otherwise null.</summary>
    public string? OtherOperator => run.ToRecord().Operator is var actor && actor != RunLedger.Actor ? actor : null;

    /// <summary>Rejects a run that acted on something else than the target names now.</summary>
    /// <exception cref="DeployException"><c>RunTargetChanged</c>.</exception>
    public void RequireSame()
    {
        var opened = run.Opened ?? throw Changed("its target", "nothing", target.Name);
        Compare("the API server", opened.Server, server);
        Compare("the namespace", opened.Namespace, target.Namespace);
        Compare("the deployment", opened.Deployment, target.Deployment);
        if (opened.Workloads.Count > 0) Compare("the workloads", string.Join(", ", opened.Workloads), string.Join(", ", target.Workloads));
    }

    private void Compare(string what, string? recorded, string now)
    {
        // A publish records no server where no kubeconfig could be read; it acts on no cluster.
        if (recorded is not null && recorded != now) throw Changed(what, recorded, now);
    }

    private DeployException Changed(string what, string recorded, string now) =>
        new("RunTargetChanged", FaultCategory.InvalidOperation,
            $"Run {run.Folder.Id} is not resumed: {what} was {recorded} when it started, and is {now} for target {target.Name} now.",
            "Correct the target or its context, or start a new run.")
        { Subject = run.Folder.Id };
}
