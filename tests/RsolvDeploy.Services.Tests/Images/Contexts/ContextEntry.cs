using System.Formats.Tar;
using System.Security.Cryptography;

namespace RsolvDeploy.Services.Tests.Images.Contexts;

/// <summary>The parts of an archive entry that affect an image.</summary>
internal sealed record ContextEntry(string Name, TarEntryType Type, int Mode, string Link, string Content)
{
    public static async Task<IReadOnlyList<ContextEntry>> ReadAsync(Stream archive, CancellationToken ct)
    {
        var entries = new List<ContextEntry>();
        await using var reader = new TarReader(archive);
        while (await reader.GetNextEntryAsync(copyData: true, ct) is { } entry)
        {
            string content = entry.DataStream is null
                ? ""
                : Convert.ToHexStringLower(await SHA256.HashDataAsync(entry.DataStream, ct))[..12];
            bool link = entry.EntryType == TarEntryType.SymbolicLink;
            entries.Add(new ContextEntry(entry.Name, Plain(entry.EntryType), link ? 0 : (int)entry.Mode, entry.LinkName ?? "", content));
        }

        return [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    public override string ToString() => $"{Type} {Convert.ToString(Mode, 8)} {Name}{(Link.Length > 0 ? $" -> {Link}" : "")} {Content}";

    private static TarEntryType Plain(TarEntryType type) => type == TarEntryType.V7RegularFile ? TarEntryType.RegularFile : type;
}
