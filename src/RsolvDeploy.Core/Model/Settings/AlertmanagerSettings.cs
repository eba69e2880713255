namespace RsolvDeploy;

/// <summary>Where Alertmanager is. Exactly one of <see cref="Url"/> and <see cref="Service"/> is set.</summary>
public sealed record AlertmanagerSettings
{
    /// <summary>Its address.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its service in the cluster.</summary>
    public ServiceAddress? Service { get; init; }

    /// <summary>How it is asked.</summary>
    public ServiceAccessSettings Access { get; init; } = new();
}
