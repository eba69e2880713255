namespace RsolvDeploy.Images.Build;

/// <summary>A step of a build. BuildKit sends it again whenever it changes.</summary>
internal sealed record TraceStep(string Digest, string Name, bool Cached, bool Started, bool Completed, string Error);
