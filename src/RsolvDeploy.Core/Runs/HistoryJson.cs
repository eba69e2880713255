using System.Text.Json.Serialization;

namespace RsolvDeploy.Runs;

/// <summary>How releases and their seal are read and written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(HistorySeal))]
internal sealed partial class HistoryJson : JsonSerializerContext;
