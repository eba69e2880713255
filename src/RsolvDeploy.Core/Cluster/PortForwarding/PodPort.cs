namespace RsolvDeploy.Cluster.PortForwarding;

/// <summary>The port of a pod that serves a service.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Port">Its port.</param>
internal sealed record PodPort(string Pod, int Port);
