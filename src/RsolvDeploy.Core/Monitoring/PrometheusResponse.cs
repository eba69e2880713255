using System.Globalization;
using System.Text.Json;

namespace RsolvDeploy.Monitoring;

/// <summary>A successful response of Prometheus' API: reads its fields and names the one that is missing.</summary>
internal sealed class PrometheusResponse(JsonDocument document, DateTimeOffset at, string where, string what) : IDisposable
{
    public DateTimeOffset At { get; } = at;

    public JsonElement Data => Required(document.RootElement, "data", JsonValueKind.Object);

    /// <summary>Warnings, infos and the mark of partial data, as the dialects have them.</summary>
    public PrometheusNotices Notices => new(
        TextsOf("warnings"),
        TextsOf("infos"),
        document.RootElement.TryGetProperty("isPartial", out JsonElement partial) && partial.ValueKind == JsonValueKind.True)
    {
        IsBehind = document.RootElement.TryGetProperty("stats", out JsonElement _),
    };

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

    /// <summary>The items of a list. Some servers write null for an empty one.</summary>
    public IEnumerable<JsonElement> Array(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Null
            ? []
            : Required(parent, name, JsonValueKind.Array).EnumerateArray();

    public string Text(JsonElement parent, string name) => Required(parent, name, JsonValueKind.String).GetString()!;

    public static string TextOrEmpty(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    /// <summary>A timestamp; null when it is not given, or is the year 1 or 1970, which stand for never.</summary>
    public DateTimeOffset? Timestamp(JsonElement parent, string name)
    {
        string text = TextOrEmpty(parent, name);
        if (text.Length == 0) return null;
        if (!DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset timestamp))
        {
            throw Unexpected($"{name} is {text}, which is no timestamp");
        }

        return timestamp.Year switch { <= 1970 => null, > 9000 => throw Unexpected($"{name} is {text}"), _ => timestamp };
    }

    /// <summary>The labels; none where the server gives none.</summary>
    public IReadOnlyDictionary<string, string> LabelsOrNone(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? Labels(parent, name)
            : new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels(JsonElement parent, string name)
    {
        var labels = new Dictionary<string, string>();
        foreach (JsonProperty label in Required(parent, name, JsonValueKind.Object).EnumerateObject())
            labels[label.Name] = label.Value.ValueKind == JsonValueKind.String ? label.Value.GetString()! : label.Value.GetRawText();
        return labels;
    }

    /// <summary>A duration as text (<c>1m30s</c>) or in seconds; null when it is not given or is neither.</summary>
    public static TimeSpan? DurationOrNone(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.String)
            return PrometheusDuration.TryParse(value.GetString()!, out TimeSpan duration) && duration > TimeSpan.Zero ? duration : null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double seconds) && seconds is > 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;
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

    private string[] TextsOf(string name) =>
        document.RootElement.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    public Exception Unexpected(string reason) => PrometheusFaults.NotUnderstood(where, what, reason);
}
