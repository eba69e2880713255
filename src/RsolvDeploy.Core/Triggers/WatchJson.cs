using System.Text.Json.Serialization;

namespace RsolvDeploy.Triggers;

/// <summary>Reads and writes the options and facts of a watch without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(WatchOptions))]
[JsonSerializable(typeof(WatchFacts))]
internal sealed partial class WatchJson : JsonSerializerContext;
