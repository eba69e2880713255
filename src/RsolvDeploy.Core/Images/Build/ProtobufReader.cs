namespace RsolvDeploy.Images.Build;

/// <summary>Reads the fields of one protobuf message.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, when it is a number; otherwise 0.</summary>
    public long Number { get; private set; }

    /// <summary>Its value, when it is text, bytes or a message; otherwise empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public bool Read()
    {
        if (_rest.IsEmpty) return false;
        ulong key = Varint();
        Field = (int)(key >> 3);
        Number = 0;
        Bytes = default;
        switch (key & 7)
        {
            case 0:
                Number = (long)Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                ulong length = Varint();
                Bytes = Take(length > int.MaxValue ? int.MaxValue : (int)length);
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new InvalidDataException($"The protobuf wire type {key & 7} is unknown.");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new InvalidDataException("A protobuf message ends within a field.");
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw new InvalidDataException("A protobuf number does not end.");
    }
}
