using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using RsolvDeploy.Backups.Files;

using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>The manifest on disk: <c>manifest.json</c>, and its hash in a file that <c>sha256sum -c</c> reads.</summary>
internal static partial class ManifestFile
{
    public const string Name = "manifest.json";
    public const string HashName = "manifest.json.sha256";

    /// <summary>The largest file of a signature.</summary>
    public const int LargestSignature = 64 * 1024;

    // 10,000 objects take about 3 MiB.
    private const long LargestManifest = 256 << 20;

    /// <summary>Writes both; the caller flushes them to the disk.</summary>
    /// <returns>SHA-256 of the manifest.</returns>
    public static byte[] Write(string folder, BackupManifest manifest)
    {
        var hash = WriteManifest(Path.Combine(folder, Name), manifest);
        PrivateStorage.Write(Path.Combine(folder, HashName), Encoding.ASCII.GetBytes(HashLine(hash)));
        return hash;
    }

    // Streamed: with many objects it would be one piece of several megabytes in memory.
    private static byte[] WriteManifest(string path, BackupManifest manifest)
    {
        using var hash = SHA256.Create();
        using (var through = new CryptoStream(PrivateStorage.Create(path, FileAccess.Write), hash, CryptoStreamMode.Write))
            Write(through, manifest);
        return hash.Hash!;
    }

    /// <summary>Writes the text of a manifest.</summary>
    public static void Write(Stream stream, BackupManifest manifest)
    {
        using var frame = new MemoryStream();
        GeneratedJson.Write(frame, manifest with { Items = [] }, ManifestJson.Default, Readable);
        var text = frame.GetBuffer().AsSpan(0, (int)frame.Length);
        // No text of JSON holds the end of a line, so this is found once.
        var items = text.IndexOf(BeforeItems) + BeforeItems.Length;
        stream.Write(text[..items]);
        new ManifestItemLines(stream, Readable.Encoder!).Write(manifest.Items);
        stream.Write(text[items..]);
    }

    /// <summary>Reads the manifest, and verifies its hash and its own rules. Its signature is verified by the caller.</summary>
    public static (BackupManifest Manifest, byte[] Hash) Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw Corrupt(folder, $"{Name} is missing; the backup was interrupted, or the folder is no backup");
        var bytes = ReadBytes(folder, Name, LargestManifest);
        var digest = SHA256.HashData(bytes);
        var hashPath = Path.Combine(folder, HashName);
        if (!File.Exists(hashPath))
            throw Corrupt(folder, $"{HashName} is missing");
        if (Encoding.ASCII.GetString(ReadBytes(folder, HashName, LargestSignature)) != HashLine(digest))
            throw Corrupt(folder, $"{Name} was changed after it was written");
        return (Parse(folder, bytes), digest);
    }

    private static string HashLine(byte[] digest) => $"{Convert.ToHexString(digest).ToLowerInvariant()}  {Name}\n";

    /// <summary>The error of a backup that is not as it was written.</summary>
    public static DeployException Corrupt(string folder, string why, Exception? inner = null) =>
        new("BackupCorrupt", FaultCategory.InvalidData, $"The backup {folder} is corrupt: {why}.",
            "Use another backup; no object of this one is restored.", inner)
        { Subject = folder };

    /// <summary>Reads a file of a backup.</summary>
    /// <exception cref="DeployException"><c>BackupCorrupt</c>, <c>BackupUnreadable</c>.</exception>
    public static byte[] ReadBytes(string folder, string name, long longest) => ReadBytes(folder, name, longest, ..);

    /// <summary>Reads a part of a file of a backup.</summary>
    /// <exception cref="DeployException"><c>BackupCorrupt</c>, <c>BackupUnreadable</c>.</exception>
    public static byte[] ReadBytes(string folder, string name, long longest, Range part)
    {
        var path = Path.Combine(folder, name);
        try
        {
            var bytes = RegularFile.Read(path, longest, part, out var problem);
            return problem.Length == 0 ? bytes : throw Corrupt(folder, $"{name} {problem}");
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.ForRead(path, e);
        }
    }

    /// <summary>Parses a manifest, and verifies its own rules.</summary>
    /// <exception cref="DeployException"><c>BackupCorrupt</c>, <c>BackupFormatUnknown</c>.</exception>
    internal static BackupManifest Parse(string folder, byte[] bytes)
    {
        try
        {
            if (FirstRepeatedKey(bytes) is { } key) throw Corrupt(folder, $"{Name} repeats the key {key}");
            var manifest = JsonSerializer.Deserialize(bytes, ManifestJson.Default.BackupManifest)
                ?? throw Corrupt(folder, $"{Name} is empty");
            if (manifest is
                { Format: BackupManifest.FormatName, Version: BackupManifest.VersionOfOwnFiles or BackupManifest.CurrentVersion })
            {
                Validate(folder, manifest);
                return manifest;
            }

            throw new DeployException("BackupFormatUnknown", FaultCategory.InvalidData,
                $"The backup {folder} has format {manifest.Format} {manifest.Version}, which this version cannot read.",
                "Use the version of RsolvDeploy that wrote it.")
            { Subject = folder };
        }
        catch (JsonException e)
        {
            throw Corrupt(folder, $"{Name} cannot be read (line {e.LineNumber + 1})", e);
        }
        catch (InvalidOperationException e)
        {
            throw Corrupt(folder, $"{Name} has text that is no Unicode", e);
        }
    }

    // The serializer reads the last of two equal keys; another program might read the first.
    private static string? FirstRepeatedKey(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        var open = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject) open.Push(new HashSet<string>(StringComparer.OrdinalIgnoreCase));
            else if (reader.TokenType == JsonTokenType.EndObject) open.Pop();
            else if (reader.TokenType == JsonTokenType.PropertyName && reader.GetString() is { } key && !open.Peek().Add(key)) return key;
        }

        return null;
    }

    private static void Validate(string folder, BackupManifest manifest)
    {
        var objects = new HashSet<(string, string, string)>();
        ValidateKinds(folder, manifest);
        foreach (var item in manifest.Items)
        {
            if (item is not { ApiVersion: not null, Kind: not null, Name: not null, Namespace: not null, File: not null, Sha256: not null })
                throw Corrupt(folder, "an item of the manifest lacks a field");
            if (!ObjectFileName.IsSafePath(item.File))
                throw Corrupt(folder, $"the manifest names an unsafe path for {item.Kind}/{item.Name}");
            if (!objects.Add((item.ApiVersion, item.Kind, item.Name)))
                throw Corrupt(folder, $"the manifest lists {item.Kind}/{item.Name} twice");
            if (item.Namespace != manifest.Namespace)
                throw Corrupt(folder, $"{item.Kind}/{item.Name} is in another namespace than the backup");
            if (!manifest.Kinds.Any(kind => kind.ApiVersion == item.ApiVersion && kind.Kind == item.Kind))
                throw Corrupt(folder, $"the manifest does not list the kind of {item.Kind}/{item.Name}");
        }
    }

    // Kinds become part of the paths that a restore requests.
    private static void ValidateKinds(string folder, BackupManifest manifest)
    {
        if (manifest is not
            {
                Kinds: not null,
                Items: not null,
                Omitted: not null,
                Signature: { Fingerprint: not null, Subject: not null },
                Encryption.Recipients: not null
            })
        {
            throw Corrupt(folder, "the manifest lacks a field");
        }

        foreach (var kind in manifest.Kinds)
        {
            if (kind is not { ApiVersion: not null, Kind: not null, Plural: not null }
                || !ApiVersionForm().IsMatch(kind.ApiVersion)
                || !PluralForm().IsMatch(kind.Plural))
            {
                throw Corrupt(folder, "the manifest names a kind that no API has");
            }
        }

        if (manifest.Kinds.DistinctBy(kind => kind.Kind).Count() != manifest.Kinds.Count)
            throw Corrupt(folder, "the manifest lists a kind twice");
    }

    [GeneratedRegex(
        @"\A([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?v[0-9]{1,4}((alpha|beta)[0-9]{1,4})?\z",
        RegexOptions.None,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ApiVersionForm();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]{0,61}[a-z0-9])?\z", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PluralForm();

    private static ReadOnlySpan<byte> BeforeItems => "\n  \"items\": ["u8;

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // keeps names readable; it is a file, not a web page
    };
}
