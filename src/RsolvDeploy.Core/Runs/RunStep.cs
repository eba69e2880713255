using System.Text.Json;

namespace RsolvDeploy.Runs;

/// <summary>A step of a run, as its ledger records it.</summary>
/// <param name="Planned">The step with its options.</param>
internal sealed record RunStep(PlannedStep Planned)
{
    /// <summary>The kind.</summary>
    public StepKind Kind => Planned.Kind;

    /// <summary>What a probe needs to determine its outcome; null when the step was not confirmed.</summary>
    public JsonElement? Facts { get; init; }

    /// <summary>When it was confirmed, UTC.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When its result was recorded, UTC; null when it did not end.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Whether it announced a change; otherwise it changed nothing.</summary>
    public bool HasIntent { get; init; }

    /// <summary>Its result; null when it did not end.</summary>
    public RecordedResult? Result { get; init; }

    /// <summary>Whether its pipeline ended.</summary>
    public bool IsOver { get; init; }

    /// <summary>
    /// For people: <c>Update: Succeeded</c>, <c>Update: interrupted</c>, <c>Rollback: not started</c> or <c>Rollback: pending</c>.
    /// </summary>
    public override string ToString() =>
        $"{Kind}: {(Result is { } result ? result.Status : Facts is not null ? "interrupted" : IsOver ? "not started" : "pending")}";
}
