namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>A place that a value may be seen in.</summary>
/// <param name="Place">Where the value lies.</param>
/// <param name="Where">A part of where it may be seen.</param>
/// <param name="Reason">Why.</param>
internal sealed record CanaryExemption(string Place, string Where, string Reason)
{
    public bool Permits(CanaryFinding found) =>
        found.Place == Place && found.Where.Contains(Where, StringComparison.Ordinal);
}
