using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>
/// Writes the items of a manifest, one on each line. The generated code takes longer: it looks for something to escape in every text,
/// though names, paths and hashes hold nothing of that kind.
/// </summary>
/// <param name="stream">Takes the text.</param>
/// <param name="encoder">Escapes what has to be.</param>
internal sealed class ManifestItemLines(Stream stream, JavaScriptEncoder encoder)
{
    private const int LongestNumber = 20;
    private byte[] _piece = new byte[64 * 1024];
    private int _length;

    /// <summary>Writes what is between the brackets of the array.</summary>
    public void Write(IReadOnlyList<ManifestItem> items)
    {
        for (var index = 0; index < items.Count; index++)
        {
            Add(index == 0 ? "\n    {"u8 : ",\n    {"u8);
            Write(items[index]);
            Add(" }"u8);
        }

        if (items.Count > 0) Add("\n  "u8);
        stream.Write(_piece, 0, _length);
        _length = 0;
    }

    private void Write(ManifestItem item)
    {
        Add(" \"apiVersion\": \""u8, item.ApiVersion);
        Add(", \"kind\": \""u8, item.Kind);
        Add(", \"name\": \""u8, item.Name);
        Add(", \"namespace\": \""u8, item.Namespace);
        Add(", \"file\": \""u8, item.File);
        Add(", \"sha256\": \""u8, item.Sha256);
        Add(", \"size\": "u8, item.Size);
        Add(item.Encrypted ? ", \"encrypted\": true"u8 : ", \"encrypted\": false"u8);
        if (item.Offset is { } offset) Add(", \"offset\": "u8, offset);
        if (item.Owners is not { } owners) return;
        Add(", \"owners\": ["u8);
        for (var index = 0; index < owners.Count; index++) Add(index == 0 ? "\""u8 : ", \""u8, owners[index]);
        Add("]"u8);
    }

    private void Add(ReadOnlySpan<byte> before, string text)
    {
        Add(before);
        if (!TryAddPlain(text)) Add(Encoding.UTF8.GetBytes(encoder.Encode(text)));
        Add("\""u8);
    }

    private bool TryAddPlain(string text)
    {
        var to = Free(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            var one = text[index];
            if (one is < ' ' or > '~' or '"' or '\\') return false;
            to[index] = (byte)one;
        }

        _length += text.Length;
        return true;
    }

    private void Add(ReadOnlySpan<byte> before, long number)
    {
        Add(before);
        Utf8Formatter.TryFormat(number, Free(LongestNumber), out var length);
        _length += length;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Free(int count)
    {
        if (_piece.Length - _length < count)
        {
            stream.Write(_piece, 0, _length);
            _length = 0;
            if (_piece.Length < count) _piece = new byte[count];
        }

        return _piece.AsSpan(_length);
    }
}
