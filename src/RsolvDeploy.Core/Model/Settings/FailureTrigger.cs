namespace RsolvDeploy;

/// <summary>An endpoint that fails several times in a row.</summary>
/// <param name="Failures">How many failures in a row fire; at least 1.</param>
/// <param name="Every">How often it is asked.</param>
public sealed record FailureTrigger(int Failures, TimeSpan Every);
