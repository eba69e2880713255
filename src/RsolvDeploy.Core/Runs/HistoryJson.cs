using System.Text.Json.Serialization;

namespace RsolvDeploy.Runs;

/// <summary>How releases are read and written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Release))]
internal sealed partial class HistoryJson : JsonSerializerContext;
