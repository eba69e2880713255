namespace RsolvDeploy;

/// <summary>The kinds of workloads that a release can consist of.</summary>
public enum WorkloadKind : long
{
    /// <summary>A Deployment; its controller replaces pods by ReplicaSets.</summary>
    Deployment,

    /// <summary>A StatefulSet; its controller replaces pods in order, down to the partition.</summary>
    StatefulSet,

    /// <summary>A DaemonSet; its controller replaces the pod of one node after another.</summary>
    DaemonSet,

    /// <summary>A CronJob; its next job runs the new image.</summary>
    CronJob,
}
