namespace RsolvDeploy.Backups.Manifests;

/// <summary>A change in the cluster while the backup was written.</summary>
/// <param name="Kind">Of the object.</param>
/// <param name="Name">Of the object.</param>
/// <param name="What"><c>changed</c>, <c>created</c> or <c>deleted</c>.</param>
internal sealed record ManifestChange(string Kind, string Name, string What);
