namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>The value of an expression.</summary>
internal abstract record Value;

internal sealed record ScalarValue(double Number) : Value;

internal sealed record TextValue(string Text) : Value;

internal sealed record VectorValue(IReadOnlyList<(LabelSet Labels, double Number)> Items) : Value;

internal sealed record MatrixValue(IReadOnlyList<(LabelSet Labels, Sample[] Samples)> Series) : Value;
