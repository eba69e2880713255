namespace RsolvDeploy.Setup;

/// <summary>A host name that leads to a workload.</summary>
/// <param name="Name">The name; no wildcard.</param>
/// <param name="IsTls">Whether it is served by https; null where the Gateway that decides it may not be read.</param>
/// <param name="Source">The object that says so: <c>Ingress front</c>.</param>
internal sealed record ServedHost(string Name, bool? IsTls, string Source);
