namespace RsolvDeploy.Scenarios;

/// <summary>One line of input, and no end.</summary>
internal sealed class EndlessInput : MemoryStream
{
    private bool _said;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_said) await Task.Delay(Timeout.Infinite, cancellationToken);
        _said = true;
        buffer.Span[0] = (byte)'\n';
        return 1;
    }
}
