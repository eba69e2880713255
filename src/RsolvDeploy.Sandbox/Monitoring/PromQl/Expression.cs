namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>A PromQL expression.</summary>
internal abstract record Expression;

internal sealed record NumberLiteral(double Value) : Expression;

internal sealed record StringLiteral(string Value) : Expression;

/// <summary>A vector selector; with a range, a matrix selector.</summary>
internal sealed record Selector(IReadOnlyList<Matcher> Matchers, long? Range, long Offset) : Expression
{
    public bool Matches(LabelSet labels) => Matchers.All(m => m.Matches(labels));
}

internal sealed record Call(string Function, IReadOnlyList<Expression> Arguments) : Expression;

internal sealed record Aggregation(string Operator, bool Without, IReadOnlyList<string> Labels, Expression? Parameter, Expression Operand)
    : Expression;

internal sealed record Negation(Expression Operand) : Expression;

/// <summary>An operation; <paramref name="Labels"/> is null when all labels have to match.</summary>
internal sealed record Binary(string Operator, Expression Left, Expression Right, bool ReturnsBool, bool On, IReadOnlyList<string>? Labels)
    : Expression;
