namespace RsolvDeploy.Backups.Manifests;

/// <summary>An object that was not backed up.</summary>
internal sealed record ManifestOmission(string Kind, string Name, string Reason);
