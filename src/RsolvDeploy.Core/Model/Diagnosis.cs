namespace RsolvDeploy;

/// <summary>Why a rollout cannot succeed.</summary>
/// <param name="Cause">The stable name of a row of <see cref="RolloutCauses"/>, such as <c>CrashLoop</c>.</param>
/// <param name="Message">The cause in one sentence, with the affected objects.</param>
public sealed record Diagnosis(string Cause, string Message)
{
    /// <summary>The pod that shows it; null when it is not one pod's issue.</summary>
    public string? Pod { get; init; }

    /// <summary>The container that shows it; null when it is not one container's issue.</summary>
    public string? Container { get; init; }

    /// <summary>The last exit code of the container; null when it never terminated.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last log lines of the container, of the terminated instance when there is one.</summary>
    public IReadOnlyList<string> LastLog { get; init => field = value.ToArray(); } = [];

    /// <summary>The events of the pod that explain it, newest last.</summary>
    public IReadOnlyList<string> Events { get; init => field = value.ToArray(); } = [];

    /// <summary>What to do next.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>Cause and message.</summary>
    public override string ToString() => $"{Cause}: {Message}";
}
