using System.Globalization;
using System.Net;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>A response that rejects a request because there were too many: the primary limit by the hour, or a secondary one.</summary>
/// <param name="Kind">Which limit, for people.</param>
/// <param name="Wait">How long to wait; at least one second.</param>
internal sealed record RateLimit(string Kind, TimeSpan Wait)
{
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>Reads it; null when the response rejects for another reason.</summary>
    /// <param name="response">The response.</param>
    /// <param name="now">The time, where the server does not send its own.</param>
    public static RateLimit? From(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)) return null;
        var isPrimary = GitHubFault.Header(response, "X-RateLimit-Remaining") == "0";
        if (response.Headers.RetryAfter is { } asked)
        {
            var wait = asked.Delta ?? (asked.Date - (response.Headers.Date ?? now)) ?? Unknown;
            return new RateLimit(isPrimary ? "primary" : "secondary", Longest(wait));
        }

        if (isPrimary && long.TryParse(GitHubFault.Header(response, "X-RateLimit-Reset"), CultureInfo.InvariantCulture, out var reset))
        {
            // By the server's clock: the reset is a time of the server.
            return new RateLimit("primary", Longest(DateTimeOffset.FromUnixTimeSeconds(reset) - (response.Headers.Date ?? now) + Least));
        }

        return response.StatusCode == HttpStatusCode.TooManyRequests ? new RateLimit("secondary", Unknown) : null;
    }

    /// <summary>The error when it is not waited for.</summary>
    public DeployException ToError(string host) => new(
        "GitHubRateLimited",
        FaultCategory.LimitsExceeded,
        string.Create(CultureInfo.InvariantCulture,
            $"The {Kind} rate limit of {host} is exceeded; it accepts requests again in {Wait.TotalMinutes:0.#} minutes."),
        "Run the command again later, or use another token.")
    { Subject = host };

    private static TimeSpan Longest(TimeSpan wait) => wait > Least ? wait : Least;
}
