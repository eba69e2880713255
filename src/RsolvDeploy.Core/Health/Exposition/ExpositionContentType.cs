using System.Text.RegularExpressions;

namespace RsolvDeploy.Health.Exposition;

/// <summary>What Prometheus makes of the content type of a scrape.</summary>
/// <param name="IsOpenMetrics">Whether the text is read as OpenMetrics.</param>
internal sealed partial record ExpositionContentType(bool IsOpenMetrics)
{
    /// <summary>Why Prometheus 3 refuses it; null when it does not. Prometheus 2 reads text all the same.</summary>
    public string? Error { get; private init; }

    /// <summary>What it takes although the type is wrong; null when nothing.</summary>
    public string? Warning { get; private init; }

    /// <summary>Whether it is the binary format, which no request of ours asks for.</summary>
    public bool IsProtobuf { get; private init; }

    /// <summary>Decides as Prometheus 3 does.</summary>
    /// <param name="header">The header as it was sent; null or empty when there is none.</param>
    /// <param name="fallback">The scrape job's <c>fallback_scrape_protocol</c>; null when it has none.</param>
    public static ExpositionContentType Decide(string? header, string? fallback)
    {
        string? fault = string.IsNullOrEmpty(header) ? "there is no content type" : null;
        string? type = fault is null ? MediaTypeOf(header!) : null;
        if (fault is null && type is null) fault = $"the content type {Shorten(header!)} is malformed";
        switch (type)
        {
            case "text/plain": return new ExpositionContentType(false);
            case "application/openmetrics-text": return new ExpositionContentType(true);
            case "application/vnd.google.protobuf": return new ExpositionContentType(false) { IsProtobuf = true };
        }

        fault ??= $"the content type is {type}";
        return fallback is null
            ? new ExpositionContentType(false) { Error = $"{fault}, which Prometheus 3 refuses; Prometheus 2 reads it as text" }
            : new ExpositionContentType(fallback.StartsWith("OpenMetrics", StringComparison.Ordinal))
            {
                IsProtobuf = fallback == "PrometheusProto",
                Warning = $"{fault}; Prometheus reads it by the fallback_scrape_protocol {fallback} of its job",
            };
    }

    /// <summary>The media type in lower case; null when the header is malformed, its parameters included.</summary>
    private static string? MediaTypeOf(string header)
    {
        Match match = Header().Match(header);
        if (!match.Success) return null;
        string[] names = [.. match.Groups["name"].Captures.Select(name => name.Value.ToLowerInvariant())];
        return names.Distinct().Count() == names.Length ? match.Groups["type"].Value.ToLowerInvariant() : null;
    }

    private static string Shorten(string text) => text.Length <= 60 ? $"'{text}'" : $"'{text[..60]}…'";

    // A media type as RFC 2045 has it: type/subtype, then parameters whose values are tokens or quoted.
    [GeneratedRegex(
        """^\s*(?<type>[!#$%&'*+.^_`{|}~0-9A-Za-z-]+(/[!#$%&'*+.^_`{|}~0-9A-Za-z-]+)?)\s*"""
            + """(;\s*(?<name>[!#$%&'*+.^_`{|}~0-9A-Za-z-]+)\s*=\s*([!#$%&'*+.^_`{|}~0-9A-Za-z-]+|"([^"\\\r\n]|\\.)*")\s*)*(;\s*)?$""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Header();
}
