namespace RsolvDeploy.Manifests;

/// <summary>The eviction of a pod; it has the pod's name.</summary>
internal sealed record EvictionManifest(string Name) : Manifest("policy/v1", "Eviction", Name);
