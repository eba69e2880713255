using System.Globalization;
using System.Text;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>Reads the Prometheus text format as the sandbox's platform writes it. The module has its own, stricter reader.</summary>
internal static class ExpositionReader
{
    public static IEnumerable<(LabelSet Labels, double Value)> Read(string text)
    {
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            yield return ReadLine(line, number);
        }
    }

    private static (LabelSet Labels, double Value) ReadLine(string line, int number)
    {
        int at = line.AsSpan().IndexOfAny('{', ' ');
        if (at <= 0)
            throw new FormatException($"line {number}: no value");
        var labels = new List<KeyValuePair<string, string>> { new(LabelSet.NameLabel, line[..at]) };
        if (line[at] == '{')
        {
            at++;
            while (at < line.Length && line[at] != '}')
                at = ReadLabel(line, at, labels, number);
            at++;
        }

        string value = at < line.Length ? line[at..].Trim().Split(' ')[0] : "";
        return (new LabelSet(labels), value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) => parsed,
            _ => throw new FormatException($"line {number}: '{value}' is no number"),
        });
    }

    private static int ReadLabel(string line, int at, List<KeyValuePair<string, string>> labels, int number)
    {
        int equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
        if (equals < 0)
            throw new FormatException($"line {number}: a label has no value");
        string name = line[at..equals].Trim();
        var value = new StringBuilder();
        int i = equals + 2;
        for (; i < line.Length && line[i] != '"'; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
                value.Append(line[++i] == 'n' ? '\n' : line[i]);
            else
                value.Append(line[i]);
        }

        if (i >= line.Length)
            throw new FormatException($"line {number}: a label's value does not end");
        labels.Add(new(name, value.ToString()));
        i++;
        return i < line.Length && line[i] == ',' ? i + 1 : i;
    }
}
