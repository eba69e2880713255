namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>An operation between numbers and vectors, matched one to one.</summary>
internal sealed class BinaryOperation(Binary binary)
{
    private bool IsComparison => binary.Operator is "==" or "!=" or "<" or "<=" or ">" or ">=";

    public Value Apply(Value left, Value right) => (left, right) switch
    {
        (_, _) when binary.Operator is "and" or "or" or "unless" => CombineSets(Evaluator.AsVector(left), Evaluator.AsVector(right)),
        (ScalarValue l, ScalarValue r) when IsComparison && !binary.ReturnsBool =>
            throw PromQlException.Parse(0, $"comparisons between scalars must use BOOL modifier ({l.Number} {binary.Operator} {r.Number})"),
        (ScalarValue l, ScalarValue r) => new ScalarValue(Compute(l.Number, r.Number)),
        (VectorValue l, ScalarValue r) => EachOf(l, v => (v, r.Number)),
        (ScalarValue l, VectorValue r) => EachOf(r, v => (l.Number, v)),
        (VectorValue l, VectorValue r) => Match(l, r),
        _ => throw PromQlException.Execution($"binary expression {binary.Operator} does not take these types"),
    };

    private VectorValue EachOf(VectorValue vector, Func<double, (double Left, double Right)> pair)
    {
        var items = new List<(LabelSet, double)>();
        foreach (var (labels, number) in vector.Items)
        {
            var (left, right) = pair(number);
            Add(items, labels, number, Compute(left, right));
        }

        return new VectorValue(items);
    }

    private VectorValue Match(VectorValue left, VectorValue right)
    {
        var partners = new Dictionary<LabelSet, double>();
        foreach (var (labels, number) in right.Items)
        {
            if (!partners.TryAdd(Signature(labels), number))
            {
                throw PromQlException.Execution(
                    $"found duplicate series for the match group {Signature(labels).ToJson().ToJsonString()} on the "
                        + "right hand-side of the operation");
            }
        }

        var items = new List<(LabelSet, double)>();
        var signatures = new HashSet<LabelSet>();
        foreach (var (labels, number) in left.Items)
        {
            var signature = Signature(labels);
            if (!partners.TryGetValue(signature, out double partner))
                continue;
            if (!signatures.Add(signature))
            {
                throw PromQlException.Execution(
                    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
            }

            Add(items, binary.On ? signature : ResultLabels(labels), number, Compute(number, partner));
        }

        return new VectorValue(items);
    }

    /// <summary>A comparison keeps or drops samples; other operators compute a value and drop the metric's name.</summary>
    private void Add(List<(LabelSet, double)> items, LabelSet labels, double kept, double computed)
    {
        if (!IsComparison || binary.ReturnsBool)
            items.Add((labels.WithoutName(), computed));
        else if (computed == 1)
            items.Add((labels, kept));
    }

    private VectorValue CombineSets(VectorValue left, VectorValue right)
    {
        var rightKeys = right.Items.Select(i => Signature(i.Labels)).ToHashSet();
        if (binary.Operator == "and")
            return new VectorValue([.. left.Items.Where(i => rightKeys.Contains(Signature(i.Labels)))]);
        if (binary.Operator == "unless")
            return new VectorValue([.. left.Items.Where(i => !rightKeys.Contains(Signature(i.Labels)))]);
        var leftKeys = left.Items.Select(i => Signature(i.Labels)).ToHashSet();
        return new VectorValue([.. left.Items, .. right.Items.Where(i => !leftKeys.Contains(Signature(i.Labels)))]);
    }

    private LabelSet Signature(LabelSet labels) => binary.Labels is null
        ? labels.WithoutName()
        : binary.On ? labels.Only(binary.Labels) : labels.Without([.. binary.Labels, LabelSet.NameLabel]);

    private LabelSet ResultLabels(LabelSet labels) => binary.Labels is null ? labels : labels.Without([.. binary.Labels]);

    private double Compute(double left, double right) => binary.Operator switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "%" => left % right,
        "==" => left == right ? 1 : 0,
        "!=" => left != right ? 1 : 0,
        "<" => left < right ? 1 : 0,
        "<=" => left <= right ? 1 : 0,
        ">" => left > right ? 1 : 0,
        _ => left >= right ? 1 : 0,
    };
}
