using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Reports;

/// <summary>Reads and writes reports without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ReportData))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>The report as JSON text. Letters of all scripts stay readable.</summary>
    public static string Write(ReportData report) => JsonSerializer.Serialize(
        report,
        new ReportJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ReportData);

    /// <summary>The report without secret values, in every text that it holds.</summary>
    public static ReportData Redact(ReportData report, Redactor redactor)
    {
        var node = (JsonObject)JsonSerializer.SerializeToNode(report, Default.ReportData)!;
        redactor.Apply(node);
        return node.Deserialize(Default.ReportData)!;
    }
}
