using System.Buffers;
using System.Security.Cryptography;

namespace RsolvDeploy.Backups;

/// <summary>A growing buffer that leaves no copy of its content behind: what it outgrows, and itself at the end, is zeroed.</summary>
internal sealed class SensitiveBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = new byte[16 * 1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

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
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _length));
        _length = 0;
    }

    public void Dispose() => Clear();

    private void Reserve(int size)
    {
        var needed = _length + Math.Max(size, 1);
        if (needed <= _bytes.Length)
            return;
        var larger = new byte[Math.Max(needed, _bytes.Length * 2)];
        Written.CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
