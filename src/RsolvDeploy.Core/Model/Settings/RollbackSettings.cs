namespace RsolvDeploy;

/// <summary>What a rollback does.</summary>
public sealed record RollbackSettings
{
    /// <summary>
    /// ConfigMaps and Secrets that no rollback restores, as wildcards on <c>Kind/name</c>: a secret that was renewed stays renewed.
    /// </summary>
    public IReadOnlyList<string> Keep { get; init => field = value.ToArray(); } = [];
}
