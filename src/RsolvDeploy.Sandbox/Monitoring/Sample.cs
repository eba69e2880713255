namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>A value at a time, in milliseconds since the epoch. NaN at the end marks a stale series.</summary>
internal readonly record struct Sample(long Time, double Value);
