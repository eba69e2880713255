namespace RsolvDeploy.Configuration.Diagnostics;

/// <summary>Something wrong in the file.</summary>
/// <param name="At">Where.</param>
/// <param name="Path">The way to the key; empty for the whole document.</param>
/// <param name="Text">What is wrong and what would be right, as a sentence. Never holds a credential.</param>
/// <param name="IsCredential">Whether a credential stands there.</param>
internal sealed record Problem(Position At, string Path, string Text, bool IsCredential = false);
