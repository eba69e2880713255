using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>Evaluates an expression at one time.</summary>
internal sealed class Evaluator(SeriesStore store, long time)
{
    private const long Lookback = 5 * 60 * 1000;

    public Value Evaluate(Expression expression) => expression switch
    {
        NumberLiteral number => new ScalarValue(number.Value),
        StringLiteral text => new TextValue(text.Value),
        Selector { Range: { } range } selector => new MatrixValue(Window(selector, range)),
        Selector selector => Instant(selector),
        Negation { Operand: var operand } => Evaluate(operand) switch
        {
            ScalarValue scalar => new ScalarValue(-scalar.Number),
            var other => Map(AsVector(other), v => -v),
        },
        Aggregation aggregation => Aggregate(aggregation),
        Binary binary => new BinaryOperation(binary).Apply(Evaluate(binary.Left), Evaluate(binary.Right)),
        Call call => Apply(call),
        _ => throw PromQlException.Execution("unknown expression"),
    };

    public static VectorValue AsVector(Value value) => value as VectorValue
        ?? throw PromQlException.Execution("expected type instant vector in this place");

    private List<(LabelSet Labels, Sample[] Samples)> Window(Selector selector, long range)
    {
        long until = time - selector.Offset;
        return [.. store.Select(selector.Matches, until - range, until)
            .Select(s => (s.Labels, Samples: s.Samples.Where(p => !double.IsNaN(p.Value)).ToArray()))
            .Where(s => s.Samples.Length > 0)];
    }

    private VectorValue Instant(Selector selector)
    {
        long until = time - selector.Offset;
        return new VectorValue([.. store.Select(selector.Matches, until - Lookback, until)
            .Where(s => !double.IsNaN(s.Samples[^1].Value))
            .Select(s => (s.Labels, s.Samples[^1].Value))]);
    }

    private Value Apply(Call call)
    {
        if (Functions.TryGetOverTime(call.Function, out var overTime))
        {
            var selector = (Selector)call.Arguments[0];
            var items = new List<(LabelSet, double)>();
            foreach (var (labels, samples) in Window(selector, selector.Range!.Value))
            {
                if (overTime(samples, selector.Range.Value / 1000.0) is { } value)
                    items.Add((labels.WithoutName(), value));
            }

            return new VectorValue(items);
        }

        if (Functions.TryGetOfNumber(call.Function, out var ofNumber))
            return Map(AsVector(Evaluate(call.Arguments[0])), ofNumber);
        return call.Function switch
        {
            "time" => new ScalarValue(time / 1000.0),
            "vector" => new VectorValue([(LabelSet.Empty, Number(call.Arguments[0]))]),
            "scalar" => new ScalarValue(AsVector(Evaluate(call.Arguments[0])).Items is [var one] ? one.Number : double.NaN),
            "absent" => Absent(call.Arguments[0]),
            "sort" => new VectorValue([.. AsVector(Evaluate(call.Arguments[0])).Items.OrderBy(i => i.Number)]),
            "sort_desc" => new VectorValue([.. AsVector(Evaluate(call.Arguments[0])).Items.OrderByDescending(i => i.Number)]),
            "timestamp" => Timestamp(call.Arguments[0]),
            "clamp_min" => Clamp(call, Math.Max),
            "clamp_max" => Clamp(call, Math.Min),
            "histogram_quantile" => Quantile(Number(call.Arguments[0]), AsVector(Evaluate(call.Arguments[1]))),
            "label_replace" => ReplaceLabel(call),
            _ => throw PromQlException.Execution($"the sandbox does not know {call.Function}"),
        };
    }

    private VectorValue Absent(Expression argument)
    {
        if (AsVector(Evaluate(argument)).Items.Count > 0)
            return new VectorValue([]);
        var labels = argument is Selector selector
            ? new LabelSet(selector.Matchers.Where(m => m.Operator == "=" && m.Label != LabelSet.NameLabel)
                .Select(m => KeyValuePair.Create(m.Label, m.Value)))
            : LabelSet.Empty;
        return new VectorValue([(labels, 1)]);
    }

    private VectorValue Timestamp(Expression argument)
    {
        if (argument is not Selector selector)
            return Map(AsVector(Evaluate(argument)), _ => time / 1000.0);
        long until = time - selector.Offset;
        return new VectorValue([.. store.Select(selector.Matches, until - Lookback, until)
            .Where(s => !double.IsNaN(s.Samples[^1].Value))
            .Select(s => (s.Labels.WithoutName(), s.Samples[^1].Time / 1000.0))]);
    }

    private VectorValue Clamp(Call call, Func<double, double, double> clamp)
    {
        double limit = Number(call.Arguments[1]);
        return Map(AsVector(Evaluate(call.Arguments[0])), v => clamp(v, limit));
    }

    private VectorValue ReplaceLabel(Call call)
    {
        string[] texts = [.. call.Arguments.Skip(1).Select(a => Evaluate(a) is TextValue text ? text.Text : "")];
        var pattern = new Regex($"^(?:{texts[3]})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return new VectorValue(
            [.. AsVector(Evaluate(call.Arguments[0])).Items.Select(i => pattern.Match(i.Labels[texts[2]]) is { Success: true } match
                ? (i.Labels.With(texts[0], match.Result(texts[1])), i.Number)
                : i)]);
    }

    private static VectorValue Quantile(double quantile, VectorValue buckets) => new([.. buckets.Items
        .GroupBy(b => b.Labels.Without("le", LabelSet.NameLabel))
        .Select(g => (g.Key, HistogramQuantile.Compute(
            quantile, [.. g.Select(b => (Bound(b.Labels["le"]), b.Number)).OrderBy(b => b.Item1)])))]);

    private static double Bound(string le) => le == "+Inf"
        ? double.PositiveInfinity
        : double.TryParse(le, NumberStyles.Float, CultureInfo.InvariantCulture, out double bound) ? bound : double.NaN;

    private VectorValue Aggregate(Aggregation aggregation)
    {
        var items = AsVector(Evaluate(aggregation.Operand)).Items;
        double parameter = aggregation.Parameter is null ? 0 : Number(aggregation.Parameter);
        var groups = items.GroupBy(i => aggregation.Without
            ? i.Labels.Without([.. aggregation.Labels, LabelSet.NameLabel])
            : i.Labels.Only(aggregation.Labels));
        if (aggregation.Operator is "topk" or "bottomk")
        {
            return new VectorValue([.. groups.SelectMany(g => (aggregation.Operator == "topk"
                ? g.OrderByDescending(i => i.Number)
                : g.OrderBy(i => i.Number)).Take((int)Math.Max(0, parameter)))]);
        }

        return new VectorValue([.. groups.Select(g => (g.Key, Reduce(aggregation.Operator, parameter, [.. g.Select(i => i.Number)])))]);
    }

    private static double Reduce(string op, double parameter, double[] numbers) => op switch
    {
        "sum" => numbers.Sum(),
        "count" => numbers.Length,
        "avg" => numbers.Average(),
        "min" => numbers.Min(),
        "max" => numbers.Max(),
        "group" => 1,
        "quantile" => At([.. numbers.Order()], parameter),
        _ => Math.Sqrt(numbers.Average(n => Math.Pow(n - numbers.Average(), 2))),
    };

    private static double At(double[] sorted, double quantile)
    {
        if (quantile is < 0 or > 1)
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        double rank = quantile * (sorted.Length - 1);
        int low = (int)Math.Floor(rank);
        int high = Math.Min(sorted.Length - 1, low + 1);
        return sorted[low] + ((sorted[high] - sorted[low]) * (rank - low));
    }

    private double Number(Expression expression) => Evaluate(expression) is ScalarValue scalar
        ? scalar.Number
        : throw PromQlException.Execution("expected type scalar in this place");

    private static VectorValue Map(VectorValue vector, Func<double, double> function) =>
        new([.. vector.Items.Select(i => (i.Labels.WithoutName(), function(i.Number)))]);
}
