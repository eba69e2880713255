namespace RsolvDeploy.Runs;

/// <summary>What a line of a ledger says.</summary>
internal static class LedgerEvent
{
    /// <summary>The run began: its target, and why.</summary>
    public const string Run = "run";

    /// <summary>The commands of a pipeline, with their parameters.</summary>
    public const string Plan = "plan";

    /// <summary>A command was confirmed and begins; with what is needed to look up what became of it.</summary>
    public const string Step = "step";

    /// <summary>A change is about to be made.</summary>
    public const string Intent = "intent";

    /// <summary>What came of a change.</summary>
    public const string Outcome = "outcome";

    /// <summary>What became of one object of a restore: names and fields, never values.</summary>
    public const string Object = "object";

    /// <summary>The result of a command, with its checks.</summary>
    public const string Result = "result";

    /// <summary>The pipeline came to its end; a step without a result was not come to.</summary>
    public const string Ended = "ended";

    /// <summary>The lock was taken or broken.</summary>
    public const string Lock = "lock";

    /// <summary>The run was taken up again, with what was found of the step in doubt.</summary>
    public const string Resumed = "resumed";

    /// <summary>A last line that was cut off in the writing was taken away.</summary>
    public const string Torn = "torn";
}
