namespace RsolvDeploy.Manifests;

internal sealed record NamespaceManifest(string Name) : Manifest("v1", "Namespace", Name);
