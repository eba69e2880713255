namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>What identifies an issue from one evaluation to the next.</summary>
/// <param name="Cause">The name of its cause.</param>
/// <param name="Pod">The pod's uid; empty when it is not one pod's issue.</param>
/// <param name="Container">The container; empty when it is not one container's issue.</param>
internal readonly record struct IssueKey(string Cause, string Pod, string Container);
