namespace RsolvDeploy.Cluster.Ownership;

/// <summary>Somebody beside this module who sets the image of a workload.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Setting">Its key in the configuration (<c>ownership</c>).</param>
/// <param name="Action">What it means for an update.</param>
/// <param name="Evidence">The field manager, label or annotation that shows it.</param>
/// <param name="When">When it reverts a change; empty when nobody knows.</param>
internal sealed record ImageOwner(string Name, string Setting, OwnershipAction Action, string Evidence, string When);
