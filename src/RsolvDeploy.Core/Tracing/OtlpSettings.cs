using System.Globalization;

namespace RsolvDeploy.Tracing;

/// <summary>Where traces go, by the environment variables of OpenTelemetry.</summary>
/// <param name="Endpoint">The address that spans are posted to; null when there is a problem.</param>
internal sealed record OtlpSettings(Uri? Endpoint)
{
    // A step must not wait longer for a collector.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Why spans cannot be sent although the environment asks for it, with what to do; null when they can.</summary>
    public string? Problem { get; init; }

    /// <summary>Headers of the request, such as a token. They are never shown.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a request may take; at most 3 seconds.</summary>
    public TimeSpan Timeout { get; init; } = LongestTimeout;

    /// <summary>What makes the spans: <c>service.name</c> and what the environment adds.</summary>
    public IReadOnlyDictionary<string, object> Resource { get; init; } = new Dictionary<string, object>();

    /// <summary>The W3C <c>traceparent</c> of the CI job; null for none.</summary>
    public string? Parent { get; init; }

    /// <summary>Reads them; null when no endpoint is set, or tracing is switched off.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static OtlpSettings? Read(Func<string, string?> variable)
    {
        if (Is("OTEL_SDK_DISABLED", "true") || Is("OTEL_TRACES_EXPORTER", "none") || Address() is not { } address) return null;
        if (ProblemOf(address) is { } problem) return new OtlpSettings(Endpoint: null) { Problem = problem };
        var resource = new Dictionary<string, object> { ["service.name"] = "rsolvdeploy" };
        foreach (var (name, value) in Pairs("OTEL_RESOURCE_ATTRIBUTES")) resource[name] = value;
        if (Of("OTEL_SERVICE_NAME") is { } service) resource["service.name"] = service;
        return new OtlpSettings(new Uri(address.Text))
        {
            Headers = Pairs("OTEL_EXPORTER_OTLP_TRACES_HEADERS") is { Count: > 0 } own ? own : Pairs("OTEL_EXPORTER_OTLP_HEADERS"),
            Timeout = Timeout(),
            Resource = resource,
            Parent = Of("TRACEPARENT"),
        };

        string? Of(string name) => variable(name) is { Length: > 0 } text && text.Trim() is { Length: > 0 } value ? value : null;

        bool Is(string name, string value) => string.Equals(Of(name), value, StringComparison.OrdinalIgnoreCase);

        // The endpoint of traces is used as it is; to the common one the path of traces is added.
        (string Name, string Text)? Address() => Of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") is { } own
            ? ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", own)
            : Of("OTEL_EXPORTER_OTLP_ENDPOINT") is { } common
                ? ("OTEL_EXPORTER_OTLP_ENDPOINT", $"{common.TrimEnd('/')}/v1/traces")
                : null;

        // A collector takes gRPC and HTTP at different ports: to post to the other one only costs the time of each step.
        string? ProblemOf((string Name, string Text) address)
        {
            var protocol = Of("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") is null
                ? "OTEL_EXPORTER_OTLP_PROTOCOL"
                : "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
            if (Of(protocol)?.ToLowerInvariant() is { } value and not ("http/protobuf" or "http/json"))
            {
                return $"{protocol} is {(value == "grpc" ? value : "not known")}. Set it to http/protobuf, and {address.Name} to the HTTP "
                    + "port of the collector, usually 4318.";
            }

            return IsHttp(address.Text)
                ? null
                : $"{address.Name} is no http or https address. Set it to the HTTP port of the collector, usually 4318.";
        }

        TimeSpan Timeout() =>
            int.TryParse(
                Of("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT") ?? Of("OTEL_EXPORTER_OTLP_TIMEOUT"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var milliseconds)
            && milliseconds > 0 && milliseconds < LongestTimeout.TotalMilliseconds
                ? TimeSpan.FromMilliseconds(milliseconds)
                : LongestTimeout;

        Dictionary<string, string> Pairs(string name)
        {
            var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var pair in (Of(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                    pairs[Uri.UnescapeDataString(pair[..at].Trim())] = Uri.UnescapeDataString(pair[(at + 1)..].Trim());
            }

            return pairs;
        }
    }

    private static bool IsHttp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}
