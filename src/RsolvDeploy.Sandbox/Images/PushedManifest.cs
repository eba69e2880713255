namespace RsolvDeploy.Sandbox.Images;

/// <summary>A manifest or index in the registry, byte for byte as it was pushed.</summary>
internal sealed record PushedManifest(string MediaType, string Digest, byte[] Bytes);
