using System.Text.Json;

namespace RsolvDeploy.Json.Paths;

/// <summary>The condition of a filter.</summary>
internal abstract record PathCondition
{
    /// <summary>Whether it holds for the value that <c>@</c> stands for.</summary>
    public abstract bool Holds(JsonElement value);
}

/// <summary>One of two conditions holds.</summary>
internal sealed record EitherCondition(PathCondition Left, PathCondition Right) : PathCondition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement value) => Left.Holds(value) || Right.Holds(value);
}

/// <summary>Two conditions hold.</summary>
internal sealed record BothCondition(PathCondition Left, PathCondition Right) : PathCondition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement value) => Left.Holds(value) && Right.Holds(value);
}

/// <summary>A condition does not hold.</summary>
internal sealed record NegatedCondition(PathCondition Condition) : PathCondition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement value) => !Condition.Holds(value);
}

/// <summary>There is a value at a path.</summary>
internal sealed record ExistenceCondition(PathOperand Operand) : PathCondition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement value) => JsonPath.Select(Operand.Path, value).Count > 0;
}

/// <summary>Two values compare as an operator requires.</summary>
internal sealed record ComparisonCondition(PathOperand Left, string Operator, PathOperand Right) : PathCondition
{
    /// <inheritdoc/>
    public override bool Holds(JsonElement value)
    {
        var (left, right) = (Left.Evaluate(value), Right.Evaluate(value));
        return Operator switch
        {
            "==" => left == right,
            "!=" => left != right,
            "<" => left.IsLessThan(right),
            "<=" => left.IsLessThan(right) || left == right,
            ">" => right.IsLessThan(left),
            _ => right.IsLessThan(left) || left == right,
        };
    }
}

/// <summary>One side of a comparison: a path below <c>@</c>, or a value.</summary>
/// <param name="Path">The path; empty beside a value, or for <c>@</c> itself.</param>
/// <param name="Literal">The value; null for a path.</param>
internal sealed record PathOperand(IReadOnlyList<PathSelector> Path, PathValue? Literal)
{
    /// <summary>Its value for what <c>@</c> stands for. A path that finds nothing has the value nothing.</summary>
    public PathValue Evaluate(JsonElement value) => Literal
        ?? (JsonPath.Select(Path, value) is [.., var last] ? PathValue.From(last) : default);
}

/// <summary>A value that is compared; the default is nothing.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">A text, or the source of an object or array.</param>
/// <param name="Number">A number.</param>
internal readonly record struct PathValue(JsonValueKind Kind, string? Text = null, double Number = 0)
{
    /// <summary>The value of an element.</summary>
    public static PathValue From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => new PathValue(JsonValueKind.String, element.GetString()),
        JsonValueKind.Number => new PathValue(JsonValueKind.Number, Number: element.GetDouble()),
        JsonValueKind.Object or JsonValueKind.Array => new PathValue(element.ValueKind, element.GetRawText()),
        var kind => new PathValue(kind),
    };

    /// <summary>Whether both are numbers or texts, and this one comes first.</summary>
    public bool IsLessThan(PathValue other) => Kind == other.Kind && Kind switch
    {
        JsonValueKind.Number => Number < other.Number,
        JsonValueKind.String => string.CompareOrdinal(Text, other.Text) < 0,
        _ => false,
    };
}
