namespace RsolvDeploy.Scenarios;

/// <summary>An output that reports its first byte.</summary>
/// <param name="received">Called on each write.</param>
internal sealed class FirstByte(Action received) : MemoryStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        received();
        return ValueTask.CompletedTask;
    }
}
