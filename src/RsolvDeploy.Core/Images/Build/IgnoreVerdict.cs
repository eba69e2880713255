namespace RsolvDeploy.Images.Build;

/// <summary>The verdict of the rules on a path.</summary>
/// <param name="Ignored">Whether it is excluded.</param>
/// <param name="Matched">The patterns that match it or a folder above it; paths below inherit them.</param>
internal sealed record IgnoreVerdict(bool Ignored, IReadOnlyList<bool> Matched);
