using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// Writes entries whose names are not UTF-8 to a GNU archive, byte by byte as they are: the framework's writer encodes names as UTF-8.
/// </summary>
/// <param name="output">The archive, at the end of an entry.</param>
/// <param name="rules">What is not sent.</param>
[UnsupportedOSPlatform("windows")]
internal sealed class RawContextWriter(Stream output, IgnoreRules rules)
{
    private const int Block = 512;
    private const int NameLength = 100;
    private const UnixFileMode AnyMode = (UnixFileMode)0x1FF;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes the entries of a folder whose names are not UTF-8, with what is below them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">The folder, relative to the context; empty for the context.</param>
    /// <param name="verdict">The verdict on the folder; null for the context.</param>
    /// <param name="ct">Cancels.</param>
    public async Task WriteAsync(string folder, string path, IgnoreVerdict? verdict, CancellationToken ct)
    {
        byte[] real = Encoding.UTF8.GetBytes(folder), sent = path.Length == 0 ? [] : Encoding.UTF8.GetBytes(path + "/");
        foreach (RawEntry entry in RawFolder.List(real).Where(entry => !IsText(entry.Name)))
            await WriteAsync(entry, [.. real, (byte)'/', .. entry.Name], [.. sent, .. entry.Name], verdict, ct);
    }

    private static bool IsText(byte[] name)
    {
        try
        {
            return Strict.GetCharCount(name) >= 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private async Task WriteAsync(RawEntry entry, byte[] real, byte[] sent, IgnoreVerdict? parent, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        string shown = Encoding.UTF8.GetString(sent);
        IgnoreVerdict verdict = rules.Evaluate(shown, parent);
        try
        {
            if (entry.Type == RawEntryType.Link)
            {
                if (!verdict.Ignored) await WriteHeaderAsync(new Header(sent, '2', 0, AnyMode, 0), RawFolder.ReadLink(real), ct);
                return;
            }

            if (entry.Type is not (RawEntryType.File or RawEntryType.Directory or RawEntryType.Unknown)) return;
            using SafeFileHandle handle = RawFolder.Open(real);
            UnixFileMode mode = File.GetUnixFileMode(handle);
            long time = new DateTimeOffset(File.GetLastWriteTimeUtc(handle)).ToUnixTimeSeconds();
            string alias = $"/proc/self/fd/{handle.DangerousGetHandle()}";
            if (Directory.Exists(alias))
            {
                if (!verdict.Ignored) await WriteHeaderAsync(new Header([.. sent, (byte)'/'], '5', 0, mode, time), [], ct);
                if (verdict.Ignored && !rules.MayIncludeBelow(shown)) return;
                byte[] below = Encoding.UTF8.GetBytes(alias);
                foreach (RawEntry inner in RawFolder.List(below))
                    await WriteAsync(inner, [.. below, (byte)'/', .. inner.Name], [.. sent, (byte)'/', .. inner.Name], verdict, ct);
            }
            else if (!verdict.Ignored)
            {
                await WriteFileAsync(handle, sent, mode, time, ct);
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw BuildContext.Unreadable(shown, e);
        }
    }

    private async Task WriteFileAsync(SafeFileHandle handle, byte[] sent, UnixFileMode mode, long time, CancellationToken ct)
    {
        long length = RandomAccess.GetLength(handle);
        await WriteHeaderAsync(new Header(sent, '0', length, mode, time), [], ct);
        byte[] buffer = new byte[64 * 1024];
        for (long at = 0; at < length;)
        {
            int read = await RandomAccess.ReadAsync(handle, buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - at)), at, ct);
            if (read == 0) throw new IOException("its length changed while it was sent to the engine");
            await output.WriteAsync(buffer.AsMemory(0, read), ct);
            at += read;
        }

        await PadAsync(length, ct);
    }

    private sealed record Header(byte[] Name, char Type, long Size, UnixFileMode Mode, long Time);

    private async Task WriteHeaderAsync(Header header, byte[] link, CancellationToken ct)
    {
        if (link.Length > NameLength) await WriteLongAsync('K', link, ct);
        if (header.Name.Length > NameLength) await WriteLongAsync('L', header.Name, ct);
        await output.WriteAsync(Encode(header, link), ct);
    }

    private async Task WriteLongAsync(char type, byte[] text, CancellationToken ct)
    {
        byte[] content = [.. text, 0];
        await output.WriteAsync(Encode(new Header("././@LongLink"u8.ToArray(), type, content.Length, UnixFileMode.None, 0), []), ct);
        await output.WriteAsync(content, ct);
        await PadAsync(content.Length, ct);
    }

    private Task PadAsync(long length, CancellationToken ct) =>
        output.WriteAsync(new byte[(Block - (int)(length % Block)) % Block], ct).AsTask();

    private static byte[] Encode(Header header, byte[] link)
    {
        byte[] block = new byte[Block];
        Put(block, 0, header.Name);
        Number(block, 100, 8, (int)header.Mode);
        Number(block, 108, 8, 0);
        Number(block, 116, 8, 0);
        Number(block, 124, 12, header.Size);
        Number(block, 136, 12, Math.Max(0, header.Time));
        block.AsSpan(148, 8).Fill((byte)' ');
        block[156] = (byte)header.Type;
        Put(block, 157, link);
        "ustar  "u8.CopyTo(block.AsSpan(257));
        Number(block, 148, 7, block.Sum(part => part));
        return block;
    }

    private static void Put(byte[] block, int at, byte[] text) =>
        text.AsSpan(0, Math.Min(text.Length, NameLength)).CopyTo(block.AsSpan(at));

    // Octal digits and a 0; a number that needs more digits is written in base 256.
    private static void Number(byte[] block, int at, int length, long value)
    {
        string digits = Convert.ToString(value, 8);
        if (digits.Length < length)
        {
            Encoding.ASCII.GetBytes(digits.PadLeft(length - 1, '0')).CopyTo(block.AsSpan(at));
            block[at + length - 1] = 0;
            return;
        }

        for (int place = length - 1; place > 0; place--, value >>= 8) block[at + place] = (byte)value;
        block[at] = 0x80;
    }
}
