namespace RsolvDeploy;

/// <summary>A way back that was taken, as <c>Undo-RsolvDeployment</c> saw it.</summary>
public sealed record Rollback(Target Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <summary>The image and revision that were left, as <c>image (revision n)</c>.</summary>
    public string? From { get; init; }

    /// <summary>The image and revision that were gone back to, as <c>image (revision n)</c>.</summary>
    public string? To { get; init; }

    /// <summary>The image that runs now.</summary>
    public string? Image { get; init; }

    /// <summary>The revision that the way back made.</summary>
    public long? Revision { get; init; }

    /// <summary>Why, as the operator or the failed step said it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The pods that run now.</summary>
    public IReadOnlyList<PodState> Pods { get; init; } = [];

    /// <summary>Why the way back failed, when it did; otherwise null.</summary>
    public Diagnosis? Diagnosis { get; init; }
}
