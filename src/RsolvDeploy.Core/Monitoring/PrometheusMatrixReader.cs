using System.Text.Json;

namespace RsolvDeploy.Monitoring;

/// <summary>Reads the samples of a matrix, oldest first.</summary>
internal static class PrometheusMatrixReader
{
    public static PrometheusMatrix Read(PrometheusResponse response)
    {
        string type = response.Text(response.Data, "resultType");
        if (type != "matrix") throw response.Unexpected($"the result is a {type}, not a matrix");
        return new PrometheusMatrix(
            [.. response.Array(response.Data, "result").Select(series => new PrometheusSamples(
                response.Labels(series, "metric"), [.. ValuesOf(response, series).Select(pair => SampleOf(response, pair))]))],
            response.At);
    }

    // A series of native histograms has no values.
    private static IEnumerable<JsonElement> ValuesOf(PrometheusResponse response, JsonElement series) =>
        series.TryGetProperty("values", out _) ? response.Array(series, "values") : [];

    private static PrometheusSample SampleOf(PrometheusResponse response, JsonElement pair)
    {
        double value = response.Value(pair);
        return pair[0].ValueKind == JsonValueKind.Number && pair[0].TryGetDouble(out double seconds) && seconds is > 0 and < 1e11
            ? new PrometheusSample(DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(seconds * 1000)), value)
            : throw response.Unexpected("a sample has no timestamp");
    }
}
