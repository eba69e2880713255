using RsolvDeploy.Programs;

namespace RsolvDeploy.Images.Engine;

/// <summary>The two pipes of an ssh process as one connection. Closing it ends the process.</summary>
internal sealed class SshStream : Stream
{
    private static readonly TimeSpan ErrorsWithin = TimeSpan.FromSeconds(2);

    private readonly ChildProcess _process;
    private readonly Stream _input;
    private readonly Stream _output;

    public SshStream(ChildProcess process)
    {
        _process = process;
        _input = process.Input.BaseStream;
        _output = process.Output.BaseStream;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await _output.ReadAsync(buffer, cancellationToken);
        // The pipe ends with ssh; when ssh failed, its own error names the reason.
        return read > 0 || buffer.Length == 0 ? read : await EndAsync(cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _input.WriteAsync(buffer, cancellationToken);
            await _input.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            await EndAsync(cancellationToken);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => _output.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => _input.Write(buffer, offset, count);

    public override void Flush() => _input.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _input.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _process.Dispose();
        base.Dispose(disposing);
    }

    private async Task<int> EndAsync(CancellationToken ct)
    {
        int code = await _process.WaitForExitAsync(ct).WaitAsync(ErrorsWithin, ct);
        if (code == 0) return 0;
        var result = new ProcessResult(code, "", await _process.StandardError.WaitAsync(ErrorsWithin, ct));
        throw new IOException($"ssh ended with {code}{(result.LastError is { Length: > 0 } line ? $": {line}" : "")}");
    }
}
