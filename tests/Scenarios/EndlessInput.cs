namespace RsolvDeploy.Scenarios;

/// <summary>One line of input without an end.</summary>
internal sealed class EndlessInput : MemoryStream
{
    private bool _sent;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_sent) await Task.Delay(Timeout.Infinite, cancellationToken);
        _sent = true;
        buffer.Span[0] = (byte)'\n';
        return 1;
    }
}
