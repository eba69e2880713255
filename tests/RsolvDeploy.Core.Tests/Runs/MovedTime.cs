namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>The system's time, moved on by the test.</summary>
internal sealed class MovedTime : TimeProvider
{
    private TimeSpan _moved;

    public void Move(TimeSpan by) => _moved += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _moved;
}
