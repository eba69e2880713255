namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>How a request writes.</summary>
/// <param name="DryRun">Whether nothing is stored.</param>
/// <param name="Manager">Who writes: <c>fieldManager</c>, or else the name of the program.</param>
internal sealed record WriteOptions(bool DryRun, string Manager)
{
    /// <summary>Reads them.</summary>
    public static WriteOptions From(HttpContext http) => new(
        http.Request.Query["dryRun"] == "All",
        http.Request.Query["fieldManager"].ToString() is { Length: > 0 } manager
            ? manager
            : http.Request.Headers.UserAgent.ToString().Split('/')[0] is { Length: > 0 } program ? program : "unknown")
    {
        Force = http.Request.Query["force"] == "true",
    };

    /// <summary>Whether an apply takes fields over from other managers.</summary>
    public bool Force { get; private init; }
}
