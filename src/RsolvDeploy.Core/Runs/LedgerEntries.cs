using System.Text.Json;

namespace RsolvDeploy.Runs;

/// <summary>The first line of a ledger: what the run is about.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Configuration">The configuration file; null when there was none.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Deployment">The Deployment.</param>
/// <param name="Reason">Why; empty when the operator gave no reason.</param>
/// <param name="Process">The id of the process that opened the run.</param>
internal sealed record RunOpened(string Target, string? Configuration, string Namespace, string Deployment, string Reason, int Process);

/// <summary>The steps of a pipeline, in order, before the first of them changes anything.</summary>
/// <param name="Steps">The steps.</param>
internal sealed record PipelinePlanned(IReadOnlyList<PlannedStep> Steps);

/// <summary>A step of a pipeline, with the options that its type declares.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Options">The step's own options record, as JSON.</param>
internal sealed record PlannedStep(StepKind Kind, JsonElement Options)
{
    /// <summary>Options that are never written, such as a passphrase, by name. A run cannot be resumed with such a step.</summary>
    public IReadOnlyList<string> NotRecorded { get; init; } = [];

    /// <summary>Whether a command of another module stands between this step and the one before, so that its input is not known.</summary>
    public bool BehindOtherCommand { get; init; }
}

/// <summary>A step was confirmed and starts, or knows more than when it started.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Facts">The step's own record of what a probe needs, as JSON. Never a secret value.</param>
internal sealed record StepStarted(StepKind Kind, JsonElement Facts);

/// <summary>A change is about to be made.</summary>
/// <param name="What">The change: <c>patch deployments production/rsolv-platform</c>.</param>
internal sealed record ChangeIntent(string What);

/// <summary>What became of a change.</summary>
/// <param name="Of">The sequence number of its intent.</param>
internal sealed record ChangeOutcome(int Of)
{
    /// <summary>The id of the error; null when the change was made.</summary>
    public string? Error { get; init; }

    /// <summary>What was made; null when there is nothing to say.</summary>
    public ChangeFacts? Is { get; init; }
}

/// <summary>What a change made.</summary>
internal sealed record ChangeFacts
{
    /// <summary>The resource version that the API server stored.</summary>
    public string? Version { get; init; }

    /// <summary>The generation that the API server stored.</summary>
    public long? Generation { get; init; }

    /// <summary>The digest that was pushed, <c>sha256:…</c>.</summary>
    public string? Digest { get; init; }

    /// <summary>The exit code of a command.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The version of the database schema after a migration.</summary>
    public long? Schema { get; init; }
}

/// <summary>The lock of the deployment was acquired.</summary>
/// <param name="Holder">Who holds it now.</param>
/// <param name="BrokenFrom">From whom it was taken; null when nobody held it.</param>
internal sealed record LockAcquired(string Holder, string? BrokenFrom);

/// <summary>The run was resumed.</summary>
/// <param name="Kind">The step that was interrupted.</param>
/// <param name="Done">Whether its change had been made.</param>
/// <param name="Evidence">What shows it.</param>
internal sealed record StepResumed(StepKind Kind, bool Done, string Evidence);

/// <summary>A last line that was cut off while it was written was removed.</summary>
/// <param name="Bytes">How long it was.</param>
internal sealed record TornLine(int Bytes);

/// <summary>The pipeline ended; a step without a result was not started.</summary>
internal sealed record PipelineEnded;
