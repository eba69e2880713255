using System.Text.Unicode;

namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads what stands after the <c>#</c>: HELP, TYPE, UNIT, or a comment.</summary>
internal static class MetadataLine
{
    /// <summary>Takes the line into the table of families.</summary>
    /// <returns>Why it is not metadata; null when it is, or is a mere comment.</returns>
    public static string? Read(ReadOnlySpan<byte> text, FamilyTable families, bool openMetrics)
    {
        ReadOnlySpan<byte> keyword = ExpositionText.Token(text);
        bool help = keyword.SequenceEqual("HELP"u8);
        bool type = keyword.SequenceEqual("TYPE"u8);
        if (!help && !type && !(openMetrics && keyword.SequenceEqual("UNIT"u8))) return null;

        string? fault = ReadName(
            text[ExpositionText.SkipBlanks(text, keyword.Length)..], out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest);
        if (fault is not null) return $"{ExpositionText.Show(keyword)} {fault}";

        ExpositionFamily family = families.FindOrAdd(name);
        return help ? ReadHelp(family, rest) : type ? ReadType(family, rest, openMetrics) : ReadUnit(family, rest);
    }

    private static string? ReadName(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest)
    {
        name = rest = default;
        if (text.IsEmpty) return "names no metric";
        if (text[0] == '"')
        {
            // A label reader knows how to read a quoted name; the rest of the line follows its position.
            var quoted = new LabelReader(text);
            if (!quoted.MoveNext() || !quoted.IsMetricName) return quoted.Error ?? $"names no metric: {ExpositionText.Show(text)}";
            name = quoted.Name;
            rest = text[quoted.Position..];
            return null;
        }

        name = ExpositionText.Token(text);
        rest = text[ExpositionText.SkipBlanks(text, name.Length)..];
        return ExpositionText.IsMetricName(name) ? null : $"names {ExpositionText.Show(name)}, which is no metric name";
    }

    private static string? ReadHelp(ExpositionFamily family, ReadOnlySpan<byte> text)
    {
        if (family.Help is not null) return $"HELP of {family.Name} is given a second time";
        if (!Utf8.IsValid(text)) return $"HELP of {family.Name} is not UTF-8";
        for (int at = text.IndexOf((byte)'\\'); at >= 0;)
        {
            if (at + 1 >= text.Length || text[at + 1] is not ((byte)'\\' or (byte)'n' or (byte)'"'))
            {
                return $"HELP of {family.Name} holds the escape {ExpositionText.Show(text.Slice(at, Math.Min(2, text.Length - at)))}; "
                    + "only \\\\ and \\n are known";
            }

            int next = text[(at + 2)..].IndexOf((byte)'\\');
            at = next < 0 ? -1 : at + 2 + next;
        }

        family.Help = ExpositionText.Unescape(text);
        return null;
    }

    private static string? ReadType(ExpositionFamily family, ReadOnlySpan<byte> text, bool openMetrics)
    {
        ReadOnlySpan<byte> word = text.TrimEnd(" \t"u8);
        if (family.HasType) return $"TYPE of {family.Name} is given a second time";
        if (family.Samples > 0) return $"TYPE of {family.Name} comes after its samples";
        MetricType? type = TypeOf(word, openMetrics);
        if (type is null) return $"TYPE of {family.Name} is {ExpositionText.Show(word)}, which is no metric type";
        family.Type = type.Value;
        family.HasType = true;
        return null;
    }

    private static string? ReadUnit(ExpositionFamily family, ReadOnlySpan<byte> text)
    {
        if (family.Unit is not null) return $"UNIT of {family.Name} is given a second time";
        family.Unit = ExpositionText.Unescape(text);
        return null;
    }

    private static MetricType? TypeOf(ReadOnlySpan<byte> word, bool openMetrics) =>
        word.SequenceEqual("counter"u8) ? MetricType.Counter
        : word.SequenceEqual("gauge"u8) ? MetricType.Gauge
        : word.SequenceEqual("histogram"u8) ? MetricType.Histogram
        : word.SequenceEqual("summary"u8) ? MetricType.Summary
        : word.SequenceEqual("untyped"u8) ? MetricType.Unknown
        : !openMetrics ? null
        : word.SequenceEqual("unknown"u8) ? MetricType.Unknown
        : word.SequenceEqual("info"u8) ? MetricType.Info
        : word.SequenceEqual("stateset"u8) ? MetricType.StateSet
        : word.SequenceEqual("gaugehistogram"u8) ? MetricType.GaugeHistogram
        : null;
}
