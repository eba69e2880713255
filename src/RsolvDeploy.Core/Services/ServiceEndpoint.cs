namespace RsolvDeploy.Services;

/// <summary>Where a service is and how it is asked. One of <paramref name="Url"/> and <paramref name="Service"/> is set.</summary>
/// <param name="Url">Its address; null for a service.</param>
/// <param name="Service">Its service in the cluster; null for an address.</param>
/// <param name="Settings">Its credential and headers.</param>
internal sealed record ServiceEndpoint(Uri? Url, ServiceAddress? Service, ServiceAccessSettings Settings);
