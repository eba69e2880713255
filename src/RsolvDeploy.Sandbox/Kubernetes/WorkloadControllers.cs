namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The controllers of all kinds of workloads.</summary>
internal sealed class WorkloadControllers
{
    private readonly DeploymentController _deployments;
    private readonly StatefulSetController _statefulSets;
    private readonly DaemonSetController _daemonSets;

    public WorkloadControllers(ObjectStore store, EventRecorder events, bool countsBrokenPods)
    {
        var revisions = new RevisionHistory(store);
        _deployments = new DeploymentController(store, events, new ReplicaSetController(store, events));
        _statefulSets = new StatefulSetController(store, events, revisions, countsBrokenPods);
        _daemonSets = new DaemonSetController(store, events, revisions);
    }

    public void Sync(DateTimeOffset now)
    {
        _deployments.Sync(now);
        _statefulSets.Sync();
        _daemonSets.Sync();
    }
}
