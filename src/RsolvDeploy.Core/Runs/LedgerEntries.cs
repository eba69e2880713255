using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>The first line of a ledger: the run.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Configuration">The configuration file; null when there was none.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Deployment">The Deployment.</param>
/// <param name="Reason">The reason; empty when the operator specified none.</param>
/// <param name="Process">The id of the process that opened the run.</param>
internal sealed record RunOpened(string Target, string? Configuration, string Namespace, string Deployment, string Reason, int Process)
    : ILedgerEntry
{
    /// <summary>The address of the API server; null when the kubeconfig could not be read, or in a ledger of an older version.</summary>
    public string? Server { get; init; }

    /// <summary>The workloads of a release, <c>Deployment/app</c>; empty in a ledger of an older version.</summary>
    public IReadOnlyList<string> Workloads { get; init => field = value?.ToArray() ?? []; } = [];

    /// <summary>Whether the run is the whole checklist, so that its policy also holds when it is resumed.</summary>
    public bool IsChecklist { get; init; }

    /// <inheritdoc/>
    public JsonObject ToJson() => new JsonObject { ["target"] = Target }
        .With("configuration", Configuration)
        .With("namespace", Namespace)
        .With("deployment", Deployment)
        .With("reason", Reason)
        .With("process", Process)
        .With("server", Server)
        .With("workloads", new JsonArray([.. Workloads]))
        .With("isChecklist", IsChecklist);
}

/// <summary>The steps of a pipeline, in order; written before the first change.</summary>
/// <param name="Steps">The steps.</param>
internal sealed record PipelinePlanned(IReadOnlyList<PlannedStep> Steps) : ILedgerEntry
{
    /// <inheritdoc/>
    public JsonObject ToJson() => new() { ["steps"] = new JsonArray([.. Steps.Select(step => step.ToJson())]) };
}

/// <summary>A step of a pipeline, with the options that its type declares.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Options">The step's own options record, as JSON.</param>
internal sealed record PlannedStep(StepKind Kind, JsonElement Options)
{
    /// <summary>The names of options that are never written, such as a passphrase. A run with such a step cannot be resumed.</summary>
    public IReadOnlyList<string> NotRecorded { get; init; } = [];

    /// <summary>Whether a command of another module precedes this step in the pipeline, so that its input is not known.</summary>
    public bool BehindOtherCommand { get; init; }

    /// <summary>The step as <see cref="LedgerJson"/> would write it.</summary>
    public JsonObject ToJson() => new()
    {
        ["kind"] = Kind.ToString(),
        ["options"] = JsonNode.Parse(Options.GetRawText()),
        ["notRecorded"] = new JsonArray([.. NotRecorded]),
        ["behindOtherCommand"] = BehindOtherCommand,
    };
}

/// <summary>A step was confirmed and starts, or records more facts.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Facts">What a probe of the step needs, as JSON. Never a secret value.</param>
internal sealed record StepStarted(StepKind Kind, JsonElement Facts) : ILedgerEntry
{
    /// <inheritdoc/>
    public JsonObject ToJson() => new() { ["kind"] = Kind.ToString(), ["facts"] = JsonNode.Parse(Facts.GetRawText()) };
}

/// <summary>A change is about to be made.</summary>
/// <param name="What">The change: <c>patch deployments production/rsolv-platform</c>.</param>
internal sealed record ChangeIntent(string What) : ILedgerEntry
{
    /// <inheritdoc/>
    public JsonObject ToJson() => new() { ["what"] = What };
}

/// <summary>The outcome of a change.</summary>
/// <param name="Of">The sequence number of its intent.</param>
internal sealed record ChangeOutcome(int Of) : ILedgerEntry
{
    /// <summary>The id of the error; null when the change was made.</summary>
    public string? Error { get; init; }

    /// <summary>The result of the change; null when there is none.</summary>
    public ChangeFacts? Is { get; init; }

    /// <inheritdoc/>
    public JsonObject ToJson() => new JsonObject { ["of"] = Of }.With("error", Error).With("is", Is?.ToJson());
}

/// <summary>The result of a change.</summary>
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

    /// <summary>The result as <see cref="LedgerJson"/> would write it.</summary>
    public JsonObject ToJson() => new JsonObject()
        .With("version", Version)
        .With("generation", Generation)
        .With("digest", Digest)
        .With("exitCode", ExitCode)
        .With("schema", Schema);
}

/// <summary>The lock of the deployment was acquired.</summary>
/// <param name="Holder">Who holds it now.</param>
/// <param name="BrokenFrom">The holder that it was taken from; null when it was free.</param>
internal sealed record LockAcquired(string Holder, string? BrokenFrom);

/// <summary>The run was resumed.</summary>
/// <param name="Kind">The step that was interrupted.</param>
/// <param name="Done">Whether its change was made.</param>
/// <param name="Evidence">The evidence.</param>
internal sealed record StepResumed(StepKind Kind, bool Done, string Evidence);

/// <summary>An incomplete last line was removed.</summary>
/// <param name="Bytes">Its length.</param>
internal sealed record TornLine(int Bytes);

/// <summary>The pipeline ended; a step without a result was not started.</summary>
internal sealed record PipelineEnded;
