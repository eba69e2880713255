namespace RsolvDeploy.Runs;

/// <summary>How the lock of a deployment is asked for.</summary>
/// <param name="WaitFor">How long to wait for somebody else; zero not to wait.</param>
/// <param name="Break">Whether it is taken from whoever holds it.</param>
internal sealed record LockRequest(TimeSpan WaitFor, bool Break)
{
    public static readonly LockRequest AtOnce = new(TimeSpan.Zero, Break: false);
}
