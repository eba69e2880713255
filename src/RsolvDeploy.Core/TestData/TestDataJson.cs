using System.Text.Json.Serialization;

namespace RsolvDeploy.TestData;

/// <summary>Reads and writes the options and facts of test data without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(TestDataOptions))]
[JsonSerializable(typeof(TestDataFacts))]
internal sealed partial class TestDataJson : JsonSerializerContext;
