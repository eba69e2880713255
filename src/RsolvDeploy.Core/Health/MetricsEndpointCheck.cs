using System.IO.Enumeration;
using RsolvDeploy.Checks;
using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Health;

/// <summary>The response of the metrics endpoint; the document is null when it is not 200.</summary>
internal sealed record MetricsResponse(ProbeResponse Response, ExpositionDocument? Document);

/// <summary>
/// <c>health.metrics</c> and <c>health.metrics-defined</c>: the endpoint responds with exposition text that has the configured families.
/// </summary>
internal static class MetricsEndpointCheck
{
    private const long LongestText = 256L * 1024 * 1024;
    private const string Starts = "Check that the release starts its metrics exporter.";

    public static async Task<MetricsResponse> GetAsync(Endpoint endpoint, CancellationToken ct)
    {
        (ProbeResponse response, ExpositionDocument? document) = await endpoint.GetAsync(
            "text/plain;version=0.0.4;q=1,*/*;q=0.1", ReadAsync, ct);
        return new MetricsResponse(response, document);
    }

    public static CheckOutcome JudgeText(Endpoint endpoint, MetricsResponse read)
    {
        if (read.Document is not { } document)
            return read.Response.ToOutcome(endpoint, "Check that the release routes the metrics endpoint and starts its metrics exporter.");

        string size = $"{read.Response}, {document.Families.Count} families, {document.Samples} samples, {document.Bytes} bytes";
        if (!document.IsValid)
        {
            return CheckOutcome.NotMet($"{size}; {document.ErrorCount} faults, first {string.Join("; ", document.Errors.Take(3))}",
                "Let the endpoint respond in the Prometheus text format 0.0.4; a page of HTML here means that another program responds.")
                .Compared(0, document.ErrorCount);
        }

        return document.Families.Count > 0 ? CheckOutcome.Met(size).Compared(0, 0)
            : CheckOutcome.NotMet($"{size}: not a single metric", Starts).Compared(1, 0, "families");
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

    private static async Task<ExpositionDocument> ReadAsync(HttpContent content, CancellationToken ct)
    {
        bool openMetrics = content.Headers.ContentType?.MediaType == "application/openmetrics-text";
        await using Stream stream = await content.ReadAsStreamAsync(ct);
        return await ExpositionReader.ReadAsync(stream, null, openMetrics, LongestText, ct);
    }
}
