namespace RsolvDeploy;

/// <summary>What became of one object of a restore.</summary>
/// <param name="Kind">The Kubernetes kind.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Action">What was done.</param>
/// <param name="Detail">Which fields, or why not; never a secret's value.</param>
public sealed record RestoredObject(string Kind, string Name, RestoreAction Action, string Detail)
{
    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Kind}/{Name}: {Action}";
}
