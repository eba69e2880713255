namespace RsolvDeploy.Measurements;

/// <summary>The options of a measurement.</summary>
/// <param name="Window">How far back it looks.</param>
internal sealed record MeasurementOptions(TimeSpan Window);
