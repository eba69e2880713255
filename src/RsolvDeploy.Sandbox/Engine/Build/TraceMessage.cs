using System.Text;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Writes the protobuf messages of BuildKit's status.</summary>
internal sealed class TraceMessage
{
    private readonly List<byte> _bytes = [];

    public TraceMessage Text(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Bytes(field, Encoding.UTF8.GetBytes(value));
        return this;
    }

    public TraceMessage Number(int field, long value)
    {
        if (value == 0)
            return this;
        Varint((ulong)(field << 3));
        Varint((ulong)value);
        return this;
    }

    public TraceMessage Time(int field, DateTimeOffset? value)
    {
        if (value is { } time)
            Message(field, new TraceMessage().Number(1, time.ToUnixTimeSeconds()).Number(2, time.Ticks % TimeSpan.TicksPerSecond * 100));
        return this;
    }

    public TraceMessage Message(int field, TraceMessage value)
    {
        Bytes(field, [.. value._bytes]);
        return this;
    }

    public TraceMessage Bytes(int field, byte[] value)
    {
        Varint((ulong)((field << 3) | 2));
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public string ToBase64() => Convert.ToBase64String([.. _bytes]);

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        _bytes.Add((byte)value);
    }
}
