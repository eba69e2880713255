namespace RsolvDeploy.Runs;

/// <summary>The kinds of lines in a ledger.</summary>
internal static class LedgerEvent
{
    /// <summary>The run started: its target and reason.</summary>
    public const string Run = "run";

    /// <summary>The steps of a pipeline, with their options.</summary>
    public const string Plan = "plan";

    /// <summary>A step was confirmed and starts; with the facts that a probe needs.</summary>
    public const string Step = "step";

    /// <summary>A change is about to be made.</summary>
    public const string Intent = "intent";

    /// <summary>The outcome of a change.</summary>
    public const string Outcome = "outcome";

    /// <summary>The outcome of one object of a restore: names and fields, never values.</summary>
    public const string Object = "object";

    /// <summary>The result of a step, with its checks.</summary>
    public const string Result = "result";

    /// <summary>The pipeline ended; a step without a result was not started.</summary>
    public const string Ended = "ended";

    /// <summary>The lock was acquired or broken.</summary>
    public const string Lock = "lock";

    /// <summary>The run was resumed, with the outcome of the interrupted step.</summary>
    public const string Resumed = "resumed";

    /// <summary>A person decided about a manual check.</summary>
    public const string Approval = "approval";

    /// <summary>A decision was made about what follows.</summary>
    public const string Decision = "decision";

    /// <summary>A deployment was allowed in a freeze window.</summary>
    public const string FreezeOverride = "freeze-override";

    /// <summary>The run was signed off.</summary>
    public const string Completed = "completed";

    /// <summary>An incomplete last line was removed.</summary>
    public const string Torn = "torn";
}
