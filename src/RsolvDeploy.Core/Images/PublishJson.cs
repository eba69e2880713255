using System.Text.Json.Serialization;

namespace RsolvDeploy.Images;

/// <summary>Reads and writes the options and facts of a publish without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PublishOptions))]
[JsonSerializable(typeof(PublishFacts))]
internal sealed partial class PublishJson : JsonSerializerContext;
