using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>How the values of a variable stand in a text: the formats that Grafana documents, and those that data sources use.</summary>
internal static class VariableFormat
{
    /// <summary>A data source of PromQL: a pattern within a string in double quotes.</summary>
    public const string Prometheus = "-prometheus";

    /// <summary>A data source of SQL: a list of strings where several values may be selected.</summary>
    public const string Sql = "-sql";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The format of a data source for variables without one.</summary>
    /// <param name="type">The plugin of the data source.</param>
    public static string For(string type) => type switch
    {
        "elasticsearch" or "grafana-opensearch-datasource" => "lucene",
        "influxdb" => "regex",
        "mysql" or "postgres" or "mssql" or "grafana-postgresql-datasource" => Sql,
        "loki" => Prometheus,
        _ when type.Contains("prometheus", StringComparison.OrdinalIgnoreCase) => Prometheus,
        _ when type.StartsWith("victoriametrics", StringComparison.Ordinal) => Prometheus,
        _ => "glob",
    };

    /// <summary>Formats a value; a format that is not known is <c>glob</c>, as in Grafana.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">The format, with its arguments behind a colon.</param>
    public static string Apply(VariableValue value, string format)
    {
        // The meaning of all is written by a person for the place where it stands.
        if (value.Literal is { } literal && format != "text") return literal;
        var parts = format.Split(':', 2);
        List<string> values = [.. value.Values];
        return parts[0] switch
        {
            Prometheus => PrometheusText(value, values),
            Sql => value.IsList ? Join(values, ",", Quoted("'", "''")) : Raw(values),
            "raw" or "csv" => Raw(values),
            "pipe" => string.Join('|', values),
            "join" or "delimiter" => string.Join(parts.Length > 1 ? parts[1] : ",", values),
            "regex" => Alternatives(values, one => Escape(one, @"\^$*+?.()|[]{}/", "\\")),
            "lucene" => Lucene(values),
            "singlequote" => Join(values, ",", Quoted("'", "\\'")),
            "doublequote" => Join(values, ",", Quoted("\"", "\\\"")),
            "sqlstring" => Join(values, ",", Quoted("'", "''")),
            "percentencode" => Percent(values.Count == 1 && !value.IsList ? values[0] : $"{{{string.Join(',', values)}}}"),
            "distributed" => string.Join($",{value.Name}=", values),
            "text" => value.IsAll ? "All" : string.Join(" + ", value.Selected.Select(option => option.Text)),
            "queryparam" => string.Join('&', (value.IsAll ? ["$__all"] : values).Select(one => $"var-{value.Name}={Percent(one)}")),
            "json" => values.Count == 1 && !value.IsList
                ? values[0]
                : new JsonArray([.. values.Select(one => (JsonNode)one)]).ToJsonString(Readable),
            "date" => Date(Raw(values), parts.Length > 1 ? parts[1] : "iso"),
            _ => values.Count > 1 ? $"{{{string.Join(',', values)}}}" : Raw(values),
        };
    }

    private static string Raw(List<string> values) => string.Join(',', values);

    private static string Join(List<string> values, string between, Func<string, string> form) => string.Join(between, values.Select(form));

    private static Func<string, string> Quoted(string quote, string inside) =>
        value => $"{quote}{value.Replace(quote, inside, StringComparison.Ordinal)}{quote}";

    private static string Alternatives(List<string> values, Func<string, string> form) => values.Count switch
    {
        0 => "",
        1 => form(values[0]),
        _ => $"({string.Join('|', values.Select(form))})",
    };

    // Within a string of PromQL a backslash stands twice.
    private static string PrometheusText(VariableValue value, List<string> values) => value.IsList
        ? Alternatives(values, one => Escape(one.Replace("\\", @"\\\\", StringComparison.Ordinal), "$^*{}[]+?.()|", @"\\")
            .Replace("\"", "\\\"", StringComparison.Ordinal))
        : Escape(Raw(values), "\\\"", "\\");

    private static string Lucene(List<string> values)
    {
        const string Special = "!*+-=<>&|()[]{}^~?:\\/\" ";
        return values.Count switch
        {
            0 => "__empty__",
            1 => Escape(values[0], Special, "\\"),
            _ => $"({string.Join(" OR ", values.Select(value => $"\"{Escape(value, Special, "\\")}\""))})",
        };
    }

    private static string Escape(string value, string special, string mark)
    {
        if (!value.AsSpan().ContainsAny(special)) return value;
        var escaped = new StringBuilder(value.Length + 8);
        foreach (var next in value)
        {
            if (special.Contains(next, StringComparison.Ordinal)) escaped.Append(mark);
            escaped.Append(next);
        }

        return escaped.ToString();
    }

    private static string Percent(string value) => Uri.EscapeDataString(value);

    private static string Date(string value, string form)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
            || milliseconds is < 0 or > 253_402_300_799_999)
        {
            return value;
        }

        var time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return form switch
        {
            "iso" => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            "seconds" => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            // The letters of moment.js that differ from those of .NET.
            _ => time.ToString(
                form.Replace("YYYY", "yyyy", StringComparison.Ordinal)
                    .Replace("DD", "dd", StringComparison.Ordinal) is { Length: > 1 } pattern
                    ? pattern
                    : $"%{form}",
                CultureInfo.InvariantCulture),
        };
    }
}
