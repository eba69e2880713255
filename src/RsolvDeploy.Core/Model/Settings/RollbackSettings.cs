namespace RsolvDeploy;

/// <summary>What a way back does.</summary>
public sealed record RollbackSettings
{
    /// <summary>ConfigMaps and Secrets that no way back sets back, as wildcards on <c>Kind/name</c>: a secret that was renewed stays renewed.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];
}
