namespace RsolvDeploy;

/// <summary>A threshold, and how often an alert would have fired with it.</summary>
/// <param name="Value">The threshold.</param>
/// <param name="Fired">How many alerts would have started to fire in the window.</param>
public sealed record AlertThreshold(double Value, int Fired)
{
    /// <summary>In one line.</summary>
    public override string ToString() => FormattableString.Invariant($"{Value:G6}: {Fired}");
}
