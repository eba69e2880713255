namespace RsolvDeploy.Rollouts;

/// <summary>A rollout to watch.</summary>
/// <param name="Target">The deployment.</param>
/// <param name="Expectation">What the rollout has to end in.</param>
/// <param name="Selector">The labels of the Deployment's pods and ReplicaSets.</param>
/// <param name="Timeout">How long it may take.</param>
internal sealed record RolloutWatchRequest(Target Target, RolloutExpectation Expectation, string Selector, TimeSpan Timeout)
{
    /// <summary>
    /// Asks the registry whether it serves an image that a node does not find: a clear no makes the cause certain. Null where the
    /// registry has served the image during the step, so that a node's answer proves nothing.
    /// </summary>
    public Func<string, CancellationToken, Task<bool?>>? Serves { get; init; }
}
