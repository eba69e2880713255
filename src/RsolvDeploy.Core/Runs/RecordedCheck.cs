using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>A check in the ledger.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Evidence">What was observed; never a secret value.</param>
internal sealed record RecordedCheck(string Id, CheckStatus Status, string Evidence)
{
    /// <summary>Its title, where it is not the one of the table of checks.</summary>
    public string? Title { get; init; }

    /// <summary>Its severity, where it is not the one of the table of checks.</summary>
    public CheckSeverity? Severity { get; init; }

    /// <summary>The required value or limit: text, number or truth; null when nothing was compared.</summary>
    public JsonNode? Expected { get; init; }

    /// <summary>The value that was found: text, number or truth; null when nothing was compared.</summary>
    public JsonNode? Actual { get; init; }

    /// <summary>The unit of both values.</summary>
    public string? Unit { get; init; }

    /// <summary>What to do; null when nothing.</summary>
    public string? Remedy { get; init; }

    /// <summary>When the measurement started, UTC; null in ledgers of earlier versions.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long the measurement took; null in ledgers of earlier versions.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The record of a check.</summary>
    public static RecordedCheck From(Check check)
    {
        var known = CheckTable.Find(check.Id);
        return new RecordedCheck(check.Id, check.Status, check.Evidence)
        {
            Title = known?.Title == check.Title ? null : check.Title,
            Severity = known?.Severity == check.Severity ? null : check.Severity,
            Expected = CheckValue.ToNode(check.Expected),
            Actual = CheckValue.ToNode(check.Actual),
            Unit = check.Unit,
            Remedy = check.Remedy,
            Started = check.Started,
            Duration = check.Duration,
        };
    }

    /// <summary>The check as <see cref="LedgerJson"/> would write it.</summary>
    public JsonObject ToJson() => new JsonObject { ["id"] = Id, ["status"] = Status.ToString(), ["evidence"] = Evidence }
        .With("title", Title)
        .With("severity", Severity?.ToString())
        .With("expected", Expected?.DeepClone())
        .With("actual", Actual?.DeepClone())
        .With("unit", Unit)
        .With("remedy", Remedy)
        .With("started", StepTiming.TextOf(Started))
        .With("duration", StepTiming.TextOf(Duration));
}
