using System.Text.Json.Serialization;

namespace RsolvDeploy.Staging;

/// <summary>Reads and writes the options and facts of a validation without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(StagingOptions))]
[JsonSerializable(typeof(StagingFacts))]
internal sealed partial class StagingJson : JsonSerializerContext;
