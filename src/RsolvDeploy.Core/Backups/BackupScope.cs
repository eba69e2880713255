using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups;

/// <summary>A kind of which a backup takes every object of the namespace, or those that a selector matches.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Selector">A label selector; null for all.</param>
internal sealed record BackupScope(ResourceKind Kind, string? Selector);
