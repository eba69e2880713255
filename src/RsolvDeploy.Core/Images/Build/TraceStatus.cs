namespace RsolvDeploy.Images.Build;

/// <summary>The progress of a part of a step, such as a transfer.</summary>
internal sealed record TraceStatus(string Step, string Id, long Current, long Total, bool Completed);
