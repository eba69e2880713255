namespace RsolvDeploy.Triggers;

/// <summary>The options of a watch.</summary>
/// <param name="For">How long to watch.</param>
internal sealed record WatchOptions(TimeSpan For)
{
    /// <summary>Whether to roll back at the first trigger, after a confirmation, and end.</summary>
    public bool Rollback { get; init; }

    /// <summary>
    /// Whether it is a phase of a run: the first trigger ends it as failed, and what follows is decided by the policy of the target. A
    /// person can always report, so that it watches without other triggers too.
    /// </summary>
    public bool IsPhase { get; init; }

    /// <summary>Whether that rollback may cross migrations that were applied since that release ran.</summary>
    public bool AllowSchemaMismatch { get; init; }
}
