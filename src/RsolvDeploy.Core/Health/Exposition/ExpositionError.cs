namespace RsolvDeploy.Health.Exposition;

/// <summary>Why a line is not exposition text.</summary>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record ExpositionError(long Line, string Reason)
{
    public override string ToString() => $"line {Line}: {Reason}";
}
