using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The phases of a pod in the simulated kubelet.</summary>
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

/// <summary>The state of a pod in the simulated kubelet.</summary>
internal sealed record PodRun(PodStage Stage, DateTimeOffset Since)
{
    /// <summary>The pulled image; null before the pull.</summary>
    public StoredImage? Image { get; init; }

    /// <summary>What is reported as its <c>imageID</c>; empty before the pull.</summary>
    public string ImageId { get; init; } = "";

    public string Behavior { get; init; } = "healthy";

    public PodScript Script { get; init; } = new();

    /// <summary>When it starts, fails and stops.</summary>
    public PodTiming Timing { get; init; } = new();

    /// <summary>Its first sidecar, where it ends again and again; null otherwise.</summary>
    public SidecarRun? Sidecar { get; init; }

    /// <summary>Why the pod does not start: no capacity, no image, a missing key; empty when it does.</summary>
    public string Message { get; init; } = "";

    public int Restarts { get; init; }

    /// <summary>How many pulls of its image were tried.</summary>
    public int Pulls { get; init; }

    public DateTimeOffset Started { get; init; }

    /// <summary>The log of the container.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>The log of the previous instance; null when there is none.</summary>
    public IReadOnlyList<string>? PreviousLog { get; init; }
}
