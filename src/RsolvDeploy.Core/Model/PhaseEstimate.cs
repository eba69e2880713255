namespace RsolvDeploy;

/// <summary>How long a phase is expected to take.</summary>
/// <param name="Usual">The usual duration: the median of the last runs, or the lower bound of the checklist.</param>
/// <param name="Longest">What it seldom exceeds: the 90th percentile of the last runs, or the upper bound of the checklist.</param>
/// <param name="Runs">How many recorded runs it is made from; 0 for the estimate of the checklist.</param>
public sealed record PhaseEstimate(TimeSpan Usual, TimeSpan Longest, int Runs)
{
    /// <summary>For people: <c>5 to 15 min</c>, <c>12 to 40 s</c>.</summary>
    public override string ToString()
    {
        var inMinutes = Longest >= TimeSpan.FromMinutes(2);
        var (usual, longest) = inMinutes ? (Usual.TotalMinutes, Longest.TotalMinutes) : (Usual.TotalSeconds, Longest.TotalSeconds);
        var (from, to) = ((int)Math.Round(usual), (int)Math.Ceiling(longest));
        var unit = inMinutes ? "min" : "s";
        return from == to ? FormattableString.Invariant($"{to} {unit}") : FormattableString.Invariant($"{from} to {to} {unit}");
    }
}
