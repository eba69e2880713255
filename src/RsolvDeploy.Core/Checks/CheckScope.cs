namespace RsolvDeploy.Checks;

/// <summary>What every measurement of a check needs.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Cancellation">The operator's cancellation. Any other one is an error of the measurement.</param>
internal readonly record struct CheckScope(TimeProvider Clock, CancellationToken Cancellation);
