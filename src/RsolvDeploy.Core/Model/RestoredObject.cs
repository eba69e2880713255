namespace RsolvDeploy;

/// <summary>An object of a restore and its outcome.</summary>
/// <param name="Kind">The Kubernetes kind.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Action">The outcome.</param>
/// <param name="Detail">The changed fields, or the reason; never the value of a Secret.</param>
public sealed record RestoredObject(string Kind, string Name, RestoreAction Action, string Detail)
{
    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Kind}/{Name}: {Action}";
}
