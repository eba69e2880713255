namespace RsolvDeploy.Runs;

/// <summary>When a step ran.</summary>
/// <param name="Started">When it started, UTC.</param>
/// <param name="Duration">How long it took, by the monotonic clock.</param>
internal readonly record struct StepTiming(DateTimeOffset Started, TimeSpan Duration);
