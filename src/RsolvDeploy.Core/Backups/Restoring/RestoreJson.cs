using System.Text.Json.Serialization;

namespace RsolvDeploy.Backups.Restoring;

/// <summary>Writes the result of each restored object into the ledger without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RestoredObject))]
internal sealed partial class RestoreJson : JsonSerializerContext;
