using System.Text.Json.Serialization;

namespace RsolvDeploy.Preflight;

/// <summary>Reads and writes the options of the preflight verification without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PreflightOptions))]
internal sealed partial class PreflightJson : JsonSerializerContext;
