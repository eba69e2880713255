using System.Security;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Staging;

/// <summary>The options of a validation on staging.</summary>
internal sealed record StagingOptions
{
    /// <summary>The target to validate, of the same configuration; null for the target of the run.</summary>
    public string? Target { get; init; }

    /// <summary>The reason to skip the validation (option B); null to validate (option A).</summary>
    public string? SkipReason { get; init; }

    /// <summary>Who decided to skip it; null for the operator.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>The branch or tag to run the workflow at; null for the configured one.</summary>
    public string? Ref { get; init; }

    /// <summary>Inputs in addition to the configured ones.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>How a missing or different workflow file is written.</summary>
    public WorkflowUpdate WorkflowUpdate { get; init; }

    /// <summary>A run that was dispatched already; null to dispatch one.</summary>
    public long? WorkflowRunId { get; init; }

    /// <summary>Whether failed jobs run again, once.</summary>
    public bool RerunFailed { get; init; }

    /// <summary>Whether the run is cancelled when the operator stops the step.</summary>
    public bool CancelOnStop { get; init; }

    /// <summary>The time limit; null for the configured one.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The token; never recorded.</summary>
    [JsonIgnore]
    public SecureString? Credential { get; init; }
}
