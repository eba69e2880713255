using System.Text.Json.Serialization;

namespace RsolvDeploy.Updates;

/// <summary>Reads and writes the options and facts of an update, and the options of watching one, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(UpdateOptions))]
[JsonSerializable(typeof(UpdateFacts))]
[JsonSerializable(typeof(RolloutWatchOptions))]
internal sealed partial class UpdateJson : JsonSerializerContext;
