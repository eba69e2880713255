using System.Text.Json.Serialization;

namespace RsolvDeploy.Rollbacks;

/// <summary>Reads and writes the options and facts of a rollback without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RollbackOptions))]
[JsonSerializable(typeof(RollbackFacts))]
internal sealed partial class RollbackJson : JsonSerializerContext;
