namespace RsolvDeploy.Runs;

/// <summary>How the lock of a deployment is acquired.</summary>
/// <param name="RunId">The run that acquires it.</param>
/// <param name="WaitFor">How long to wait for another run; zero not to wait.</param>
/// <param name="Break">Whether the lock is taken from another run.</param>
internal sealed record LockRequest(string RunId, TimeSpan WaitFor, bool Break)
{
    /// <summary>
    /// Whether this process has the ledger of the run open: then a lock of the same run on this machine belongs to a dead process.
    /// </summary>
    public bool OwnsRun { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The holder identity: the user, the machine and the run.</summary>
    public string Holder => $"{RunLedger.Actor} run {RunId}";

    /// <summary>A request that does not wait and breaks no lock.</summary>
    public static LockRequest AtOnce(string runId) => new(runId, TimeSpan.Zero, Break: false);
}
