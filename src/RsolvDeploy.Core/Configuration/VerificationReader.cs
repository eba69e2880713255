using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Configuration;

/// <summary>Makes the settings of a verification; the checklist's values where nothing is configured.</summary>
internal static class VerificationReader
{
    public static VerificationSettings Read(Settings? settings)
    {
        var fallback = new VerificationSettings();
        return settings is null ? fallback : new VerificationSettings
        {
            Count = settings.Value<int>("count") ?? fallback.Count,
            Interval = settings.Value<TimeSpan>("interval") ?? fallback.Interval,
            FailureLimit = settings.Value<int>("failureLimit") ?? fallback.FailureLimit,
            InconclusiveLimit = settings.Value<int>("inconclusiveLimit") ?? fallback.InconclusiveLimit,
            ConsecutiveErrorLimit = settings.Value<int>("consecutiveErrorLimit") ?? fallback.ConsecutiveErrorLimit,
            ConsecutiveSuccessLimit = settings.Value<int>("consecutiveSuccessLimit") ?? fallback.ConsecutiveSuccessLimit,
        };
    }
}
