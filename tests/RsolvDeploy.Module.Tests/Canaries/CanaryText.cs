namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>A text that was printed or left.</summary>
/// <param name="Where">Where it is.</param>
/// <param name="Text">The text.</param>
internal sealed record CanaryText(string Where, string Text);
