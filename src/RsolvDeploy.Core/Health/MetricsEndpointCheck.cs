using System.IO.Enumeration;
using RsolvDeploy.Checks;
using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Health;

/// <summary>The response of the metrics endpoint.</summary>
/// <param name="Response">Its status and time.</param>
/// <param name="Type">What Prometheus makes of its content type; null when the status is not 200.</param>
/// <param name="Document">What was read; null when the status is not 200.</param>
internal sealed record MetricsResponse(ProbeResponse Response, ExpositionContentType? Type, ExpositionDocument? Document);

/// <summary>
/// <c>health.metrics</c> and <c>health.metrics-defined</c>: the endpoint responds with exposition text that has the configured families.
/// </summary>
internal static class MetricsEndpointCheck
{
    private const long LongestText = 256L * 1024 * 1024;
    private const string Starts = "Check that the release starts its metrics exporter.";
    private const string Format = "Let the endpoint respond in the Prometheus text format 0.0.4 or in OpenMetrics; "
        + "a page of HTML here means that another program responds.";

    private const string Typed = "Let the endpoint respond with Content-Type: text/plain; version=0.0.4, or give the scrape job a "
        + "fallback_scrape_protocol and metricsEndpoint.fallbackScrapeProtocol the same.";

    // As Prometheus 3 asks, so that the endpoint responds with what Prometheus reads.
    private const string Accepted = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
        + "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
        + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

    /// <summary>Reads the endpoint as Prometheus does.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="fallbackProtocol">The scrape job's <c>fallback_scrape_protocol</c>; null when it has none.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<MetricsResponse> GetAsync(Endpoint endpoint, string? fallbackProtocol, CancellationToken ct)
    {
        (ProbeResponse response, (ExpositionContentType? type, ExpositionDocument? document)) =
            await endpoint.GetAsync(Accepted, (content, read) => ReadAsync(content, fallbackProtocol, read), ct);
        return new MetricsResponse(response, type, document);
    }

    public static CheckOutcome JudgeText(Endpoint endpoint, MetricsResponse read)
    {
        if (read.Document is not { } document)
            return read.Response.ToOutcome(endpoint, "Check that the release routes the metrics endpoint and starts its metrics exporter.");

        string size = $"{read.Response}, {document.Families.Count} families, {document.Samples} samples, {document.Bytes} bytes";
        if (read.Type!.IsProtobuf) return CheckOutcome.Inconclusive($"{read.Response}: protobuf, which is not read here", Typed);
        if (read.Type.Error is { } fault) return CheckOutcome.NotMet($"{size}; {fault}", Typed).Compared(0, 1);
        if (!document.IsValid)
        {
            string first = string.Join("; ", document.Errors.Take(3));
            return CheckOutcome.NotMet($"{size}; Prometheus refuses {document.ErrorCount} lines, first {first}", Format)
                .Compared(0, document.ErrorCount);
        }

        return document.Families.Count == 0
            ? CheckOutcome.NotMet($"{size}: not a single metric", Starts).Compared(1, 0, "families")
            : JudgeWarnings(size, read.Type, document).Compared(0, 0);
    }

    public static CheckOutcome JudgeFamilies(IReadOnlyList<string> patterns, MetricsResponse read)
    {
        if (patterns.Count == 0) return CheckOutcome.Skipped("no metric families are configured");
        if (read.Document is not { } document) return CheckOutcome.Skipped("the metrics endpoint did not respond with 200");

        var families = patterns.Select(pattern => (Pattern: pattern, Families: Matching(document, pattern))).ToList();
        string evidence = string.Join(
            "; ",
            families.Select(one => $"{one.Pattern}: {one.Families.Count} families, {one.Families.Sum(family => family.Samples)} samples"));
        var missing = families.Where(one => one.Families.Count == 0).Select(one => one.Pattern).ToList();
        return CheckOutcome.MetIf(missing.Count == 0,
            missing.Count == 0
                ? evidence
                : $"{evidence}; among {document.Families.Count} families none matches {string.Join(", ", missing)}",
            "Check that the metrics plugin is part of the release and registered with the exporter.").Compared(
                patterns.Count, patterns.Count - missing.Count);
    }

    private static List<ExpositionFamily> Matching(ExpositionDocument document, string pattern) =>
        [.. document.Families.Where(family => FileSystemName.MatchesSimpleExpression(pattern, family.Name, ignoreCase: false))];

    private static CheckOutcome JudgeWarnings(string size, ExpositionContentType type, ExpositionDocument document)
    {
        var warnings = new List<string>();
        if (type.Warning is { } typed) warnings.Add(typed);
        if (document.WarningCount > 0)
        {
            string first = string.Join("; ", document.Warnings.Take(3));
            warnings.Add($"Prometheus takes {document.WarningCount} lines that the format forbids, first {first}");
        }

        return warnings.Count == 0
            ? CheckOutcome.Met(size)
            : CheckOutcome.Warning($"{size}; {string.Join("; ", warnings)}", "Correct what the exporter writes there.");
    }

    private static async Task<(ExpositionContentType? Type, ExpositionDocument? Document)> ReadAsync(
        HttpContent content, string? fallbackProtocol, CancellationToken ct)
    {
        // As it was sent: a malformed header decides, too.
        string? header = content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.FirstOrDefault() : null;
        var type = ExpositionContentType.Decide(header, fallbackProtocol);
        await using Stream stream = await content.ReadAsStreamAsync(ct);
        return (type, await ExpositionReader.ReadAsync(stream, null, type.IsOpenMetrics, LongestText, ct));
    }
}
