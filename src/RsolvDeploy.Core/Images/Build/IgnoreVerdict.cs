namespace RsolvDeploy.Images.Build;

/// <summary>What the rules say of a path.</summary>
/// <param name="Ignored">Whether it is left out.</param>
/// <param name="Matched">Which patterns match it, or a folder that it lies in; what lies below inherits that.</param>
internal sealed record IgnoreVerdict(bool Ignored, IReadOnlyList<bool> Matched);
