using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Dashboards.Api;

/// <summary>The result of one query.</summary>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="Values">How many values it returned beside times, without those that are null or no number.</param>
internal sealed record QueryResult(string? Error, int Values)
{
    /// <summary>What the data source adds: warnings, such as partial data.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>How long its request took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Reads the result of a query from a response.</summary>
    /// <param name="result">The member of <c>results</c>; null when it is missing.</param>
    /// <param name="response">The whole response.</param>
    public static QueryResult Read(JsonNode? result, GrafanaResponse response)
    {
        if (result is null)
        {
            return new QueryResult(
                response.IsSuccess ? "the response has no result for the query" : $"status {(int)response.Status}", 0);
        }

        if (result.At("error").Text() is { Length: > 0 } error) return new QueryResult(GrafanaResponse.Shorten(error), 0);
        if (result.At("status").Number() is >= 400 and var status) return new QueryResult($"status {status}", 0);
        var frames = result.At("frames").Objects().ToList();
        return new QueryResult(null, frames.Sum(Count))
        {
            Notices =
            [
                .. frames.SelectMany(frame => frame.At("schema", "meta", "notices") as JsonArray ?? [])
                    .Where(notice => notice.At("severity").Text() is "warning" or "error")
                    .Select(notice => GrafanaResponse.Shorten(notice.At("text").Text() ?? ""))
                    .Where(text => text.Length > 0).Distinct(),
            ],
        };
    }

    // A frame of times alone shows nothing. NaN is a null value, with its position among the entities.
    private static int Count(JsonObject frame)
    {
        var fields = frame.At("schema", "fields") as JsonArray ?? [];
        var columns = frame.At("data", "values") as JsonArray ?? [];
        var isSeries = fields.Any(field => field.At("type").Text() == "time") && fields.Any(field => field.At("type").Text() != "time");
        return columns
            .Where((_, index) => !isSeries || index >= fields.Count || fields[index].At("type").Text() != "time")
            .Sum(column => (column as JsonArray)?.Count(value => value is not null && value.GetValueKind() != JsonValueKind.Null) ?? 0);
    }
}
