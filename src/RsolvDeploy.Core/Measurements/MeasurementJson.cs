using System.Text.Json.Serialization;

namespace RsolvDeploy.Measurements;

/// <summary>Reads and writes the options of a measurement without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MeasurementOptions))]
internal sealed partial class MeasurementJson : JsonSerializerContext;
