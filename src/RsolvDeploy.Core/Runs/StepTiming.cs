using System.Globalization;

namespace RsolvDeploy.Runs;

/// <summary>When a step ran.</summary>
/// <param name="Started">When it started, UTC.</param>
/// <param name="Duration">How long it took, by the monotonic clock.</param>
internal readonly record struct StepTiming(DateTimeOffset Started, TimeSpan Duration)
{
    /// <summary>A time as JSON has it, ISO 8601 without trailing zeros; null for none.</summary>
    public static string? TextOf(DateTimeOffset? time) => time?.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);

    /// <summary>A duration as JSON has it; null for none.</summary>
    public static string? TextOf(TimeSpan? duration) => duration?.ToString("c", CultureInfo.InvariantCulture);
}
