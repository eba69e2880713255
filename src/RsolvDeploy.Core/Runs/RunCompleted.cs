namespace RsolvDeploy.Runs;

/// <summary>The run was signed off.</summary>
/// <param name="Outcome">How the deployment ended.</param>
/// <param name="By">Who signed off, <c>user@machine</c>.</param>
/// <param name="At">When, UTC.</param>
internal sealed record RunCompleted(DeploymentOutcome Outcome, string By, DateTimeOffset At)
{
    /// <summary>The comment; empty when there is none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The success criteria and the manual checks.</summary>
    public IReadOnlyList<RecordedCheck> Checks { get; init => field = value?.ToArray() ?? []; } = [];
}
