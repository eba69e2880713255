using System.Text.Json.Serialization;

namespace RsolvDeploy.Monitoring;

/// <summary>Reads and writes the options of a verification without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(VerificationOptions))]
internal sealed partial class VerificationJson : JsonSerializerContext;
