namespace RsolvDeploy.Rollouts;

/// <summary>A pod of an older ReplicaSet that has not ended.</summary>
/// <param name="Uid">Its uid.</param>
/// <param name="Terminating">How long it has been terminating; null when it is not.</param>
/// <param name="Grace">How long it may take to terminate.</param>
internal sealed record OldPod(string Uid, TimeSpan? Terminating, TimeSpan Grace)
{
    // A kubelet needs a moment to kill what did not end in time.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    /// <summary>Whether it should have ended long ago: nothing waits for it.</summary>
    public bool IsOverdue => Terminating > Grace + Slack;
}
