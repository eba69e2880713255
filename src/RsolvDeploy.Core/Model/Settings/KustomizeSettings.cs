namespace RsolvDeploy;

/// <summary>A kustomize overlay that an update applies.</summary>
/// <param name="Path">The overlay's folder. Nothing in it is changed: the image is set in its output.</param>
/// <param name="TakeOver">Field managers whose fields the overlay may take over; a field of anybody else's is a conflict.</param>
public sealed record KustomizeSettings(string Path, IReadOnlyList<string> TakeOver)
{
    /// <summary>Field managers whose fields the update takes over.</summary>
    public IReadOnlyList<string> TakeOver { get; init => field = value.ToArray(); } = TakeOver.ToArray();
}
