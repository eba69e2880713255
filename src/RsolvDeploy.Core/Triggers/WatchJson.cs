using System.Text.Json.Serialization;

namespace RsolvDeploy.Triggers;

/// <summary>Reads and writes the options of a watch without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(WatchOptions))]
internal sealed partial class WatchJson : JsonSerializerContext;
