using RsolvDeploy.Sandbox.Monitoring.PromQl;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>Evaluates an expression at every step of a range, in milliseconds.</summary>
internal sealed record RangeQuery(long Start, long End, long Step)
{
    public MatrixValue Evaluate(SeriesStore store, Expression expression)
    {
        if (Step <= 0)
            throw new PromQlException("bad_data", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        if (End < Start)
            throw new PromQlException("bad_data", "invalid parameter \"end\": end timestamp must not be before start time");
        if ((End - Start) / Step > 11000)
        {
            throw new PromQlException(
                "bad_data", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        }

        var series = new Dictionary<LabelSet, List<Sample>>();
        for (long time = Start; time <= End; time += Step)
        {
            foreach (var (labels, number) in Items(new Evaluator(store, time).Evaluate(expression)))
            {
                if (!series.TryGetValue(labels, out var samples))
                    series[labels] = samples = [];
                samples.Add(new Sample(time, number));
            }
        }

        return new MatrixValue([.. series.Select(s => (s.Key, s.Value.ToArray()))]);
    }

    private static IEnumerable<(LabelSet Labels, double Number)> Items(Value value) => value switch
    {
        ScalarValue scalar => [(LabelSet.Empty, scalar.Number)],
        VectorValue vector => vector.Items,
        _ => throw new PromQlException("bad_data", "invalid expression type for range query, must be Scalar or instant Vector"),
    };
}
