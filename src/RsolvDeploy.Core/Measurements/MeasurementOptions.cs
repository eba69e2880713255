using System.Net;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Measurements;

/// <summary>The options of a measurement.</summary>
/// <param name="Window">How far back it looks.</param>
internal sealed record MeasurementOptions(TimeSpan Window)
{
    /// <summary>The full path of the file that the rules with the proposed thresholds are written to; null for none.</summary>
    public string? OutFile { get; init; }

    /// <summary>The credential for Prometheus; null for the configured one. Never recorded.</summary>
    [JsonIgnore]
    public NetworkCredential? Credential { get; init; }
}
