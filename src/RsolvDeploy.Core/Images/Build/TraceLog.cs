namespace RsolvDeploy.Images.Build;

/// <summary>A piece of a step's output; it may end within a line.</summary>
internal sealed record TraceLog(string Step, byte[] Text);
