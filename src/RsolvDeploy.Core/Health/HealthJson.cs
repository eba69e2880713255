using System.Text.Json.Serialization;

namespace RsolvDeploy.Health;

/// <summary>Reads and writes the options without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(HealthOptions))]
internal sealed partial class HealthJson : JsonSerializerContext;
