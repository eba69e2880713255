using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Where the simulated kubelet stands with a pod.</summary>
internal enum PodStage
{
    New,
    Unschedulable,
    Creating,
    PullFailed,
    PullBackOff,
    ConfigError,
    Running,
    Ready,
    Ended,
    BackOff,
    Stopping,
}

/// <summary>What the simulated kubelet knows of a pod.</summary>
internal sealed record PodRun(PodStage Stage, DateTimeOffset Since)
{
    /// <summary>The image that was pulled; null before.</summary>
    public StoredImage? Image { get; init; }

    public string Behavior { get; init; } = "healthy";

    /// <summary>What keeps the pod: no room, no image, a key that is missing; empty when nothing does.</summary>
    public string Obstacle { get; init; } = "";

    public int Restarts { get; init; }

    public DateTimeOffset Started { get; init; }

    /// <summary>What the container has written.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>What the instance before has written; null when there was none.</summary>
    public IReadOnlyList<string>? PreviousLog { get; init; }
}
