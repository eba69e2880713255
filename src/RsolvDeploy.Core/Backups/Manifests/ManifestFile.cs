using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>The manifest on disk: <c>manifest.json</c>, and beside it its own hash in the form that <c>sha256sum -c</c> reads.</summary>
internal static partial class ManifestFile
{
    public const string Name = "manifest.json";
    public const string HashName = "manifest.json.sha256";

    /// <summary>The largest file that stands beside the manifest to prove it.</summary>
    public const int LargestProof = 64 * 1024;

    /// <summary>Writes both, and signs them; that they come down to the disk is for the caller.</summary>
    /// <returns>SHA-256 of the manifest, lower-case hex.</returns>
    public static string Write(string folder, BackupManifest manifest, ManifestSigner signer)
    {
        var digest = WriteManifest(Path.Combine(folder, Name), manifest);
        PrivateStorage.Write(Path.Combine(folder, HashName), Encoding.ASCII.GetBytes(HashLine(digest)));
        signer.Write(folder, digest);
        return Convert.ToHexString(digest).ToLowerInvariant();
    }

    // Straight to the file: in memory it would be some megabytes in one piece for many objects.
    private static byte[] WriteManifest(string path, BackupManifest manifest)
    {
        using var hash = SHA256.Create();
        using (var through = new CryptoStream(PrivateStorage.Create(path, FileAccess.Write), hash, CryptoStreamMode.Write))
            JsonSerializer.Serialize(through, manifest, Json.BackupManifest);
        return hash.Hash!;
    }

    /// <summary>Reads the manifest and holds it against its hash and its own rules; that it is signed is for <see cref="SignatureCheck"/>.</summary>
    public static (BackupManifest Manifest, byte[] Hash) Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw Corrupt(folder, $"{Name} is missing; the backup was interrupted, or it is none");
        var bytes = ReadBytes(path);
        var digest = SHA256.HashData(bytes);
        var hashPath = Path.Combine(folder, HashName);
        if (!File.Exists(hashPath))
            throw Corrupt(folder, $"{HashName} is missing");
        if (Encoding.ASCII.GetString(ReadBytes(hashPath)) != HashLine(digest))
            throw Corrupt(folder, $"{Name} was changed after it was written");
        var manifest = Parse(folder, bytes);
        Validate(folder, manifest);
        return (manifest, digest);
    }

    private static string HashLine(byte[] digest) => $"{Convert.ToHexString(digest).ToLowerInvariant()}  {Name}\n";

    public static DeployException Corrupt(string folder, string why, Exception? inner = null) =>
        new("BackupCorrupt", FaultCategory.InvalidData, $"The backup {folder} is not whole: {why}.",
            "Use another backup; nothing of this one is applied.", inner)
        { Subject = folder };

    public static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.OfReading(path, e);
        }
    }

    private static BackupManifest Parse(string folder, byte[] bytes)
    {
        try
        {
            if (FirstRepeatedKey(bytes) is { } key) throw Corrupt(folder, $"the key {key} stands twice in {Name}");
            var manifest = JsonSerializer.Deserialize(bytes, Json.BackupManifest) ?? throw Corrupt(folder, $"{Name} is empty");
            if (manifest.Format == BackupManifest.FormatName && manifest.Version == BackupManifest.CurrentVersion)
                return manifest;
            throw new DeployException("BackupFormatUnknown", FaultCategory.InvalidData,
                $"The backup {folder} has format {manifest.Format} {manifest.Version}, which this version does not know.",
                "Use the version of RsolvDeploy that wrote it.")
            { Subject = folder };
        }
        catch (JsonException e)
        {
            throw Corrupt(folder, $"{Name} cannot be read (line {e.LineNumber + 1})", e);
        }
    }

    // The serializer takes the last of two; another program that reads the file might take the first.
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
        var files = new HashSet<string>(StringComparer.Ordinal);
        var objects = new HashSet<(string, string, string)>();
        ValidateKinds(folder, manifest);
        foreach (var item in manifest.Items)
        {
            if (item is not { ApiVersion: not null, Kind: not null, Name: not null, Namespace: not null, File: not null, Sha256: not null })
                throw Corrupt(folder, "an item of the manifest lacks a field");
            if (!ObjectFileName.IsSafePath(item.File))
                throw Corrupt(folder, $"the manifest names a path that no backup has, for {item.Kind}/{item.Name}");
            if (!files.Add(item.File) || !objects.Add((item.ApiVersion, item.Kind, item.Name)))
                throw Corrupt(folder, $"{item.Kind}/{item.Name} stands twice in the manifest");
            if (item.Namespace != manifest.Namespace)
                throw Corrupt(folder, $"{item.Kind}/{item.Name} is of another namespace than the backup");
            if (!manifest.Kinds.Any(kind => kind.ApiVersion == item.ApiVersion && kind.Kind == item.Kind))
                throw Corrupt(folder, $"{item.Kind}/{item.Name} is of a kind that the manifest does not list");
        }
    }

    // They end up in the paths that a restore asks for.
    private static void ValidateKinds(string folder, BackupManifest manifest)
    {
        if (manifest is not { Kinds: not null, Items: not null, Omitted: not null, Signature: { Fingerprint: not null, Subject: not null }, Encryption.Recipients: not null })
            throw Corrupt(folder, "the manifest lacks a field");
        foreach (var kind in manifest.Kinds)
        {
            if (kind is not { ApiVersion: not null, Kind: not null, Plural: not null } || !ApiVersionForm().IsMatch(kind.ApiVersion) || !PluralForm().IsMatch(kind.Plural))
                throw Corrupt(folder, "the manifest names a kind that no API has");
        }

        if (manifest.Kinds.DistinctBy(kind => kind.Kind).Count() != manifest.Kinds.Count)
            throw Corrupt(folder, "a kind stands twice in the manifest");
    }

    [GeneratedRegex(@"\A([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?v[0-9]{1,4}((alpha|beta)[0-9]{1,4})?\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ApiVersionForm();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]{0,61}[a-z0-9])?\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PluralForm();

    private static readonly ManifestJson Json = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // names stay readable; it is a file, not a web page
        MaxDepth = 16,
    });
}

/// <summary>How the manifest is read and written without reflection.</summary>
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
