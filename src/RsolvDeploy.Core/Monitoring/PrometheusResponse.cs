using System.Globalization;
using System.Text.Json;

namespace RsolvDeploy.Monitoring;

/// <summary>A successful response of Prometheus' API: reads its fields and names the one that is missing.</summary>
internal sealed class PrometheusResponse(JsonDocument document, DateTimeOffset at, string where, string what) : IDisposable
{
    public DateTimeOffset At { get; } = at;

    public JsonElement Data => Required(document.RootElement, "data", JsonValueKind.Object);

    public void Dispose() => document.Dispose();

    /// <summary>Reads what is wanted of it. Text in it that is no Unicode is found only now.</summary>
    public T Read<T>(Func<PrometheusResponse, T> read)
    {
        try
        {
            return read(this);
        }
        catch (InvalidOperationException fault)
        {
            throw PrometheusFaults.NotUnderstood(where, what, fault.Message.TrimEnd('.'), fault);
        }
    }

    public IEnumerable<JsonElement> Array(JsonElement parent, string name) => Required(parent, name, JsonValueKind.Array).EnumerateArray();

    public string Text(JsonElement parent, string name) => Required(parent, name, JsonValueKind.String).GetString()!;

    public static string TextOrEmpty(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    /// <summary>A timestamp; null for the year 1, which stands for never.</summary>
    public DateTimeOffset? Timestamp(JsonElement parent, string name)
    {
        string text = Text(parent, name);
        if (!DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset timestamp))
        {
            throw Unexpected($"{name} is {text}, which is no timestamp");
        }

        return timestamp.Year switch { <= 1 => null, > 9000 => throw Unexpected($"{name} is {text}"), _ => timestamp };
    }

    public IReadOnlyDictionary<string, string> Labels(JsonElement parent, string name)
    {
        var labels = new Dictionary<string, string>();
        foreach (JsonProperty label in Required(parent, name, JsonValueKind.Object).EnumerateObject())
            labels[label.Name] = label.Value.ValueKind == JsonValueKind.String ? label.Value.GetString()! : label.Value.GetRawText();
        return labels;
    }

    public TimeSpan Duration(JsonElement parent, string name) =>
        PrometheusDuration.TryParse(Text(parent, name), out TimeSpan duration) ? duration : throw Unexpected($"{name} is no duration");

    public TimeSpan Seconds(JsonElement parent, string name)
    {
        double seconds = Required(parent, name, JsonValueKind.Number).GetDouble();
        return seconds is >= 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : throw Unexpected($"{name} is no duration");
    }

    /// <summary>A value as it comes, <c>[time, "value"]</c>.</summary>
    public double Value(JsonElement pair)
    {
        if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2 || pair[1].ValueKind != JsonValueKind.String)
            throw Unexpected("a value is no pair");
        string text = pair[1].GetString()!;
        return text switch
        {
            "NaN" => double.NaN,
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : throw Unexpected($"the value {text} is no number"),
        };
    }

    public JsonElement Required(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind
            ? value
            : throw Unexpected($"it has no {name} of kind {kind.ToString().ToLowerInvariant()}");

    public Exception Unexpected(string reason) => PrometheusFaults.NotUnderstood(where, what, reason);
}
