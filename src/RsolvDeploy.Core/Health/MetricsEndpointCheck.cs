using System.IO.Enumeration;
using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Health;

/// <summary>What the metrics endpoint answered: the document is null when it did not answer 200.</summary>
internal sealed record MetricsAnswer(ProbeResponse Answer, ExpositionDocument? Document);

/// <summary><c>health.metrics</c> and <c>health.metrics-defined</c>: the endpoint answers exposition text with the families asked for.</summary>
internal static class MetricsEndpointCheck
{
    private const long LongestText = 256L * 1024 * 1024;

    public static async Task<MetricsAnswer> AskAsync(Endpoint endpoint, CancellationToken ct)
    {
        (ProbeResponse answer, ExpositionDocument? document) = await endpoint.GetAsync("text/plain;version=0.0.4;q=1,*/*;q=0.1", ReadAsync, ct);
        return new MetricsAnswer(answer, document);
    }

    public static Observation JudgeText(Endpoint endpoint, MetricsAnswer asked)
    {
        if (asked.Document is not { } document)
        {
            return new Observation(Outcome.NotMet, asked.Answer.Status is null ? asked.Answer.ToString() : $"{endpoint.Address} answered {asked.Answer}")
            {
                Expected = "200",
                Actual = asked.Answer.Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no answer",
                Remedy = "Check that the release routes the metrics endpoint and starts its metrics exporter.",
            };
        }

        string size = $"{asked.Answer}, {document.Families.Count} families, {document.Samples} samples, {document.Bytes} bytes";
        if (!document.IsValid)
        {
            return new Observation(Outcome.NotMet, $"{size}; {document.ErrorCount} faults, first {string.Join("; ", document.Errors.Take(3))}")
            {
                Expected = "0 faults",
                Actual = $"{document.ErrorCount} faults",
                Remedy = "Let the endpoint answer in the Prometheus text format 0.0.4; a page of HTML here means that another program answers.",
            };
        }

        return document.Families.Count > 0 ? new Observation(Outcome.Met, size)
            : new Observation(Outcome.NotMet, $"{size}: not a single metric") { Remedy = "Check that the release starts its metrics exporter." };
    }

    public static Observation JudgeFamilies(IReadOnlyList<string> patterns, MetricsAnswer asked)
    {
        if (patterns.Count == 0) return new Observation(Outcome.NotAsked, "Not asked: no metric families are configured.");
        if (asked.Document is not { } document) return new Observation(Outcome.NotAsked, "Not asked: the metrics endpoint did not answer.");

        var seen = patterns.Select(pattern => (Pattern: pattern, Families: Matching(document, pattern))).ToList();
        string evidence = string.Join("; ", seen.Select(found => $"{found.Pattern}: {found.Families.Count} families, {found.Families.Sum(family => family.Samples)} samples"));
        var missing = seen.Where(found => found.Families.Count == 0).Select(found => found.Pattern).ToList();
        return missing.Count == 0
            ? new Observation(Outcome.Met, evidence)
            : new Observation(Outcome.NotMet, $"{evidence}; among {document.Families.Count} families none matches {string.Join(", ", missing)}")
            {
                Expected = string.Join(", ", patterns),
                Actual = string.Join(", ", patterns.Except(missing)),
                Remedy = "Check that the metrics plugin is part of the release and registered with the exporter.",
            };
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
