namespace RsolvDeploy;

/// <summary>The health endpoint.</summary>
public sealed record HealthSettings
{
    /// <summary>Path of the endpoint. Default <c>/health</c>.</summary>
    public string Path { get; init; } = "/health";

    /// <summary>How it is asked. The credential of the health endpoint is that of the API, too.</summary>
    public ServiceAccessSettings Access { get; init; } = new();

    /// <summary>The longest response time allowed. Default 2 seconds.</summary>
    public TimeSpan Under { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many requests are measured; 1 to 1000. Default 10.</summary>
    public int Samples { get; init; } = 10;

    /// <summary>The least days a certificate has to be valid for. Default 14.</summary>
    public int TlsDaysLeft { get; init; } = 14;

    /// <summary>What values of the health document have to be. Empty: its state at the top decides.</summary>
    public IReadOnlyList<DocumentRule> Rules { get; init => field = value.ToArray(); } = [];
}
