namespace RsolvDeploy.Rollouts;

/// <summary>A rollout to watch.</summary>
/// <param name="Target">The deployment.</param>
/// <param name="Expectation">What the rollout has to end in.</param>
/// <param name="Selector">The labels of the Deployment's pods and ReplicaSets.</param>
/// <param name="Timeout">How long it may take.</param>
internal sealed record RolloutWatchRequest(Target Target, RolloutExpectation Expectation, string Selector, TimeSpan Timeout);
