using System.Text.Json.Serialization;

namespace RsolvDeploy.Smoke;

/// <summary>Reads and writes the options without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SmokeOptions))]
internal sealed partial class SmokeJson : JsonSerializerContext;
