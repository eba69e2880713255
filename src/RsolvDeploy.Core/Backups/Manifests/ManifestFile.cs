using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>The manifest on disk: <c>manifest.json</c>, and beside it its own hash in the form that <c>sha256sum -c</c> reads.</summary>
internal static class ManifestFile
{
    public const string Name = "manifest.json";
    public const string HashName = "manifest.json.sha256";

    /// <summary>Writes both.</summary>
    /// <returns>SHA-256 of the manifest, lower-case hex.</returns>
    public static string Write(string folder, BackupManifest manifest)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, Json.BackupManifest);
        var hash = Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant();
        PrivateStorage.WriteNew(Path.Combine(folder, Name), bytes);
        PrivateStorage.WriteNew(Path.Combine(folder, HashName), Encoding.ASCII.GetBytes($"{hash}  {Name}\n"));
        return hash;
    }

    /// <summary>Reads the manifest and holds it against its hash and its own rules.</summary>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw Corrupt(folder, $"{Name} is missing; the backup was interrupted, or it is none");
        var bytes = ReadBytes(path);
        var hash = Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant();
        var hashPath = Path.Combine(folder, HashName);
        if (!File.Exists(hashPath))
            throw Corrupt(folder, $"{HashName} is missing");
        if (Encoding.ASCII.GetString(ReadBytes(hashPath)).Split(' ')[0] != hash)
            throw Corrupt(folder, $"{Name} was changed after it was written");
        var manifest = Parse(folder, bytes);
        Validate(folder, manifest);
        return manifest;
    }

    public static DeployException Corrupt(string folder, string why, Exception? inner = null) =>
        new("BackupCorrupt", FaultCategory.InvalidData, $"The backup {folder} is not whole: {why}.",
            "Use another backup; nothing of this one is applied.", inner)
        { Subject = folder };

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw StorageFaults.OfReading(path, e);
        }
    }

    private static BackupManifest Parse(string folder, byte[] bytes)
    {
        try
        {
            if (FirstRepeatedKey(bytes) is { } key) throw Corrupt(folder, $"the key {key} stands twice in {Name}");
            var manifest = JsonSerializer.Deserialize(bytes, Json.BackupManifest) ?? throw Corrupt(folder, $"{Name} is empty");
            if (manifest.Format == BackupManifest.FormatName && manifest.Version <= BackupManifest.NewestVersion)
                return manifest;
            throw new DeployException("BackupFormatUnknown", FaultCategory.InvalidData,
                $"The backup {folder} has format {manifest.Format} {manifest.Version}, which this version does not know.",
                "Use the version of RsolvDeploy that wrote it, or a newer one.")
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
        }
    }

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
