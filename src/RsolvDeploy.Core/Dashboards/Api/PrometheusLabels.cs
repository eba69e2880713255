using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Json;

namespace RsolvDeploy.Dashboards.Api;

/// <summary>
/// The queries of variables that a data source of PromQL answers: <c>label_names()</c>, <c>label_values(metric, label)</c>,
/// <c>metrics(pattern)</c>, <c>query_result(expression)</c>, or a selector of series.
/// </summary>
/// <param name="client">Grafana.</param>
/// <param name="source">The data source.</param>
/// <param name="from">The start of the range.</param>
/// <param name="to">Its end.</param>
internal sealed partial class PrometheusLabels(GrafanaClient client, GrafanaDataSource source, DateTimeOffset from, DateTimeOffset to)
{
    /// <summary>The values that a query finds.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string query, CancellationToken ct)
    {
        query = query.Trim();
        if (query.Length == 0) return [];
        var call = Call().Match(query);
        var argument = call.Groups[2].Value.Trim();
        return call.Groups[1].Value switch
        {
            "label_names" => await TextsAsync($"api/v1/labels?{Range()}{Selector(argument)}", ct),
            "label_values" => await LabelValuesAsync(argument, ct),
            "metrics" => await MetricsAsync(argument, ct),
            "query_result" => await ResultsAsync(argument, ct),
            _ => [.. (await DataAsync($"api/v1/series?{Range()}{Selector(query)}", ct)).OfType<JsonObject>().Select(SeriesText)],
        };
    }

    private async Task<IReadOnlyList<string>> LabelValuesAsync(string argument, CancellationToken ct)
    {
        var comma = argument.LastIndexOf(',');
        var label = argument[(comma + 1)..].Trim();
        var selector = comma < 0 ? "" : argument[..comma].Trim();
        return await TextsAsync($"api/v1/label/{Uri.EscapeDataString(label)}/values?{Range()}{Selector(selector)}", ct);
    }

    private async Task<IReadOnlyList<string>> MetricsAsync(string pattern, CancellationToken ct)
    {
        var names = await TextsAsync($"api/v1/label/__name__/values?{Range()}", ct);
        if (pattern.Length == 0) return names;
        try
        {
            var regex = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return [.. names.Where(name => regex.IsMatch(name))];
        }
        catch (Exception fault) when (fault is ArgumentException or RegexMatchTimeoutException)
        {
            throw GrafanaFaults.NotUnderstood(client.Where, $"metrics({pattern})", fault.Message.TrimEnd('.'), fault);
        }
    }

    private async Task<IReadOnlyList<string>> ResultsAsync(string expression, CancellationToken ct)
    {
        var time = (to.ToUnixTimeMilliseconds() / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
        var response = await client.GetResourceAsync(source, $"api/v1/query?query={Uri.EscapeDataString(expression)}&time={time}", ct);
        return
        [
            .. response.At("data", "result").Objects().Select(series =>
                $"{SeriesText(series["metric"] as JsonObject ?? [])} {ValueText(series["value"] as JsonArray)}"),
        ];
    }

    private static string ValueText(JsonArray? pair) => pair is [var time, var value, ..]
        ? $"{value.Text()} {Math.Round((time?.GetValue<double>() ?? 0) * 1000).ToString("0", CultureInfo.InvariantCulture)}"
        : "";

    private static string SeriesText(JsonObject labels)
    {
        var pairs = labels.Where(label => label.Key != "__name__").Select(label => $"{label.Key}=\"{label.Value.Text()}\"");
        return $"{labels["__name__"].Text()}{{{string.Join(',', pairs)}}}";
    }

    private async Task<IReadOnlyList<string>> TextsAsync(string path, CancellationToken ct) =>
        [.. (await DataAsync(path, ct)).Select(item => item.Text()).OfType<string>()];

    private async Task<JsonArray> DataAsync(string path, CancellationToken ct) =>
        (await client.GetResourceAsync(source, path, ct)).At("data") as JsonArray ?? [];

    private static string Selector(string selector) => selector.Length == 0 ? "" : $"&match[]={Uri.EscapeDataString(selector)}";

    private string Range() => string.Create(
        CultureInfo.InvariantCulture, $"start={from.ToUnixTimeSeconds()}&end={to.ToUnixTimeSeconds()}");

    [GeneratedRegex(@"^(label_names|label_values|metrics|query_result)\((.*)\)$", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Call();
}
