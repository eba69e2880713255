namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>A value at an instant, in milliseconds since the epoch. Not-a-number at the end of a series says that it went away.</summary>
internal readonly record struct Sample(long Time, double Value);
