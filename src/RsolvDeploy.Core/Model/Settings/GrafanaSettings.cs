namespace RsolvDeploy;

/// <summary>Where Grafana is. Exactly one of <see cref="Url"/> and <see cref="Service"/> is set.</summary>
public sealed record GrafanaSettings
{
    /// <summary>Its address.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its service in the cluster.</summary>
    public ServiceAddress? Service { get; init; }

    /// <summary>How it is asked.</summary>
    public ServiceAccessSettings Access { get; init; } = new();

    /// <summary>The dashboard: its uid, or its link, whose <c>var-</c> parameters select values of variables.</summary>
    public required string Dashboard { get; init; }

    /// <summary>Whether updates and rollbacks are marked in the dashboard; its account may add annotations then. Default false.</summary>
    public bool Annotates { get; init; }

    /// <summary>The variable of the dashboard that selects the environment; null when a dashboard without one is accepted.</summary>
    public string? EnvironmentVariable { get; init; }
}
