namespace RsolvDeploy.Scenarios;

/// <summary>An output that tells when something came.</summary>
/// <param name="came">What to do then.</param>
internal sealed class FirstByte(Action came) : MemoryStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        came();
        return ValueTask.CompletedTask;
    }
}
