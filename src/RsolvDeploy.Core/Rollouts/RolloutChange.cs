using RsolvDeploy.Cluster;

namespace RsolvDeploy.Rollouts;

/// <summary>One event of one of the watches of a rollout.</summary>
/// <param name="Kind">The kind of the object.</param>
/// <param name="Event">What happened to it.</param>
internal readonly record struct RolloutChange(ResourceKind Kind, WatchEvent Event);
