using System.Text.Json.Serialization;

namespace RsolvDeploy.Migrations;

/// <summary>Reads and writes the options and facts of migrations without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MigrationOptions))]
[JsonSerializable(typeof(MigrationFacts))]
internal sealed partial class MigrationJson : JsonSerializerContext;
