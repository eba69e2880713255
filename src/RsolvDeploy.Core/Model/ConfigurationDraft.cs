namespace RsolvDeploy;

/// <summary>
/// A configuration that was made from what the cluster and the repository show: the result of <c>New-RsolvConfiguration</c>.
/// </summary>
/// <param name="ConfigurationPath">The file, as a full path; the next command of the pipeline binds it.</param>
/// <param name="TargetName">The name of its target.</param>
public sealed record ConfigurationDraft(string ConfigurationPath, string TargetName)
{
    /// <summary>What was found, one line each. Never a secret value.</summary>
    public IReadOnlyList<string> Found { get; init => field = value.ToArray(); } = [];

    /// <summary>What could not be seen and stands in the file as a comment, one line each.</summary>
    public IReadOnlyList<string> Open { get; init => field = value.ToArray(); } = [];

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{ConfigurationPath}: {TargetName}, {Found.Count} found, {Open.Count} open";
}
