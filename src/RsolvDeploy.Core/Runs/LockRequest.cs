namespace RsolvDeploy.Runs;

/// <summary>How the lock of a deployment is asked for.</summary>
/// <param name="WaitFor">How long to wait for somebody else; zero not to wait.</param>
/// <param name="Break">Whether it is taken from whoever holds it.</param>
internal sealed record LockRequest(TimeSpan WaitFor, bool Break)
{
    /// <summary>Whether this process holds the run's ledger: a lock of the same run on the same machine is then one that a dead process left.</summary>
    public bool OwnsRun { get; init; }

    public static readonly LockRequest AtOnce = new(TimeSpan.Zero, Break: false);
}
