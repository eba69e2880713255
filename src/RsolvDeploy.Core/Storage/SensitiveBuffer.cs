using System.Buffers;

namespace RsolvDeploy.Storage;

/// <summary>
/// A growing buffer that leaves no copy of its content behind: what it outgrows, and itself at the end, is zeroed before another takes it.
/// </summary>
/// <param name="expected">How many bytes are expected: each time that it grows, it copies its content.</param>
internal sealed class SensitiveBuffer(int expected = 0) : IBufferWriter<byte>, IDisposable
{
    private const int Shortest = 16 * 1024;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(expected, Shortest));
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>The same, for readers that take no span. Good until the next content.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_length);
    }

    /// <summary>Empties it for the next content.</summary>
    public void Clear()
    {
        _bytes.AsSpan(0, _length).Clear();
        _length = 0;
    }

    public void Dispose()
    {
        if (_bytes.Length == 0) return; // disposed before
        Clear();
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Reserve(int size)
    {
        var needed = _length + Math.Max(size, 1);
        if (needed <= _bytes.Length) return;
        var (outgrown, length) = (_bytes, _length);
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(needed, outgrown.Length * 2));
        outgrown.AsSpan(0, length).CopyTo(_bytes);
        outgrown.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(outgrown);
    }
}
