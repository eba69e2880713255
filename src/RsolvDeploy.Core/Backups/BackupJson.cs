using System.Text.Json.Serialization;

namespace RsolvDeploy.Backups;

/// <summary>Reads and writes the options and facts of backups and restores without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(BackupOptions))]
[JsonSerializable(typeof(BackupFacts))]
[JsonSerializable(typeof(RestoreOptions))]
[JsonSerializable(typeof(RestoreFacts))]
[JsonSerializable(typeof(BackupRemovalOptions))]

internal sealed partial class BackupJson : JsonSerializerContext;
