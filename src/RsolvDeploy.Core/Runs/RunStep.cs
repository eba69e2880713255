using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>A step of a run, as its ledger tells it.</summary>
/// <param name="Command">The command, for example <c>Update-RsolvDeployment</c>.</param>
/// <param name="Parameters">What it was given; a value that must not be written down is null.</param>
internal sealed record RunStep(string Command, JsonObject Parameters)
{
    /// <summary>Whether a command of somebody else stood before it, so that what came to it is not known.</summary>
    public bool IsFiltered { get; init; }

    /// <summary>The current folder of its session, where relative paths begin.</summary>
    public string? Folder { get; init; }

    /// <summary>What is needed to look up what became of it; null when it was not confirmed.</summary>
    public JsonObject? Facts { get; init; }

    /// <summary>When it was confirmed.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Whether a change of it was about to be made; without that it changed nothing.</summary>
    public bool HasIntent { get; init; }

    /// <summary>What it came to; null when it did not end.</summary>
    public JsonObject? Result { get; init; }

    /// <summary>Whether its pipeline came to its end.</summary>
    public bool IsOver { get; init; }

    /// <summary>How it ended; null when it did not.</summary>
    public StepStatus? Status => Enum.TryParse<StepStatus>(Result?["status"].Text(), out var status) ? status : null;

    public override string ToString() => $"{Command}: {(Status is { } status ? status : Facts is not null ? "interrupted" : IsOver ? "not come to" : "to come")}";
}
