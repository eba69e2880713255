using System.Text.Json.Serialization;

namespace RsolvDeploy.Dashboards;

/// <summary>Reads and writes the options of a verification of a dashboard without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(DashboardOptions))]
internal sealed partial class DashboardStepJson : JsonSerializerContext;
