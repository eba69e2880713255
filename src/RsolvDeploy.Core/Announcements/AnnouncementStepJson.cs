using System.Text.Json.Serialization;

namespace RsolvDeploy.Announcements;

/// <summary>Reads and writes the options and facts of an announcement without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AnnouncementOptions))]
[JsonSerializable(typeof(AnnouncementFacts))]
internal sealed partial class AnnouncementStepJson : JsonSerializerContext;
