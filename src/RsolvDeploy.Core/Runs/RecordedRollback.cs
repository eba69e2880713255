namespace RsolvDeploy.Runs;

/// <summary>A rollback in the ledger.</summary>
/// <param name="Status">How it ended.</param>
internal sealed record RecordedRollback(StepStatus Status)
{
    /// <summary>What was rolled back.</summary>
    public string? Source { get; init; }

    /// <summary>What it was rolled back to.</summary>
    public string? Destination { get; init; }

    /// <summary>The image that runs afterwards.</summary>
    public string? Image { get; init; }

    /// <summary>Why this release was chosen.</summary>
    public string Choice { get; init; } = "";

    /// <summary>The reason of the rollback.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The checks of a rollback that is part of another step; empty for a step of its own.</summary>
    public IReadOnlyList<RecordedCheck> Checks { get; init; } = [];

    /// <summary>The record of a rollback.</summary>
    public static RecordedRollback From(Rollback rollback) => new(rollback.Status)
    {
        Source = rollback.From,
        Destination = rollback.To,
        Image = rollback.Image,
        Choice = rollback.Choice,
        Reason = rollback.Reason,
        Checks = [.. rollback.Checks.Select(RecordedCheck.From)],
    };
}
