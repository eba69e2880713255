namespace RsolvDeploy.Health.Exposition;

/// <summary>What is wrong with a line of an exposition.</summary>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Column">The byte of the line where it was found, counted from 1.</param>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record ExpositionIssue(long Line, int Column, string Reason)
{
    public override string ToString() => $"line {Line}, column {Column}: {Reason}";
}
