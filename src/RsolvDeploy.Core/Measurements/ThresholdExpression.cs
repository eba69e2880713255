using System.Globalization;

namespace RsolvDeploy.Measurements;

/// <summary>An expression that compares one value with a number.</summary>
/// <param name="Left">The expression of the value.</param>
/// <param name="Operator">How it is compared: <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c> or <c>&lt;=</c>.</param>
/// <param name="Threshold">The number.</param>
internal sealed record ThresholdExpression(string Left, string Operator, double Threshold)
{
    /// <summary>What stands before the number.</summary>
    private string Before { get; init; } = "";

    /// <summary>What stands behind it.</summary>
    private string After { get; init; } = "";

    /// <summary>Whether larger values fire.</summary>
    public bool IsUpper => Operator[0] == '>';

    /// <summary>Whether the condition holds for a value with a threshold.</summary>
    public bool Holds(double value, double threshold) => Operator switch
    {
        ">" => value > threshold,
        ">=" => value >= threshold,
        "<" => value < threshold,
        _ => value <= threshold,
    };

    /// <summary>The same expression with another number; everything else stays as it is written.</summary>
    public string With(double threshold) => Before + threshold.ToString("G15", CultureInfo.InvariantCulture) + After;

    /// <summary>Reads an expression; null when it is not one comparison of a value with a number.</summary>
    public static ThresholdExpression? Parse(string expression)
    {
        if (Comparison.Find(expression) is not { } found) return null;
        var (left, right) = (expression[found.From..found.At], expression[(found.At + found.Operator.Length)..found.To]);
        if (Number(right) is { } threshold && Number(left) is null)
        {
            var start = found.At + found.Operator.Length;
            return Create(left, found.Operator, threshold, (start, found.To));
        }

        return Number(left) is { } first && Number(right) is null
            ? Create(right, Turned(found.Operator), first, (found.From, found.At))
            : null;

        ThresholdExpression Create(string value, string comparison, double number, (int From, int To) written)
        {
            var text = expression[written.From..written.To];
            var lead = text.Length - text.TrimStart().Length;
            return new ThresholdExpression(value.Trim(), comparison, number)
            {
                Before = expression[..(written.From + lead)],
                After = expression[(written.From + text.TrimEnd().Length)..],
            };
        }
    }

    private static string Turned(string comparison) => (comparison[0] == '<' ? ">" : "<") + comparison[1..];

    // A number, or a product such as 24 * 3600.
    private static double? Number(string text)
    {
        double? result = null;
        var rest = text.AsSpan().Trim();
        var operation = '*';
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny('*', '/');
            var part = (end < 0 ? rest : rest[..end]).Trim();
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return null;
            result = result is not { } before ? value : operation == '*' ? before * value : before / value;
            if (end < 0) break;
            operation = rest[end];
            rest = rest[(end + 1)..].Trim();
            if (rest.IsEmpty) return null;
        }

        return result is { } number && double.IsFinite(number) ? number : null;
    }
}
