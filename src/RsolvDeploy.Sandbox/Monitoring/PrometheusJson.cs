using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Monitoring.PromQl;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The JSON responses of Prometheus.</summary>
internal static class PrometheusJson
{
    public static IResult Success(JsonNode data) => Results.Json(new JsonObject { ["status"] = "success", ["data"] = data });

    public static IResult Error(string kind, string message) => Results.Json(
        new JsonObject { ["status"] = "error", ["errorType"] = kind, ["error"] = message },
        statusCode: kind == "bad_data" ? 400 : 422);

    public static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);

    public static JsonArray Point(long time, double value) => new(time / 1000.0, Number(value));

    /// <summary>A number as Go prints it: all digits, no exponent, and Go's names for infinities and NaN.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal)
            ? value.ToString("F17", CultureInfo.InvariantCulture).TrimEnd('0').TrimEnd('.')
            : text;
    }

    /// <summary>A time; Go's zero time for null.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? "0001-01-01T00:00:00Z";

    public static JsonObject Time(Value value, long time) => value switch
    {
        ScalarValue scalar => Result("scalar", Point(time, scalar.Number)),
        TextValue text => Result("string", new JsonArray(time / 1000.0, text.Text)),
        VectorValue vector => Result("vector", new JsonArray([.. vector.Items.Select(i => new JsonObject
        {
            ["metric"] = i.Labels.ToJson(),
            ["value"] = Point(time, i.Number),
        })])),
        MatrixValue matrix => Matrix(matrix),
        _ => throw PromQlException.Execution("unknown value"),
    };

    public static JsonObject Matrix(MatrixValue matrix) => Result("matrix", new JsonArray([.. matrix.Series.Select(s => new JsonObject
    {
        ["metric"] = s.Labels.ToJson(),
        ["values"] = new JsonArray([.. s.Samples.Select(p => Point(p.Time, p.Value))]),
    })]));

    public static JsonObject Alert(ActiveAlert alert) => new()
    {
        ["labels"] = alert.Labels.ToJson(),
        ["annotations"] = new JsonObject { ["summary"] = alert.Summary },
        ["state"] = alert.State,
        ["activeAt"] = Time(alert.ActiveAt),
        ["value"] = alert.Value.ToString("0.################e+00", CultureInfo.InvariantCulture),
    };

    private static JsonObject Result(string type, JsonNode result) => new() { ["resultType"] = type, ["result"] = result };
}
