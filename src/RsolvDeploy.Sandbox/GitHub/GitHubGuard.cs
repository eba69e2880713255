using System.Globalization;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>What every request meets first: the token, and the rate limits.</summary>
internal sealed class GitHubGuard(FaultInjector faults)
{
    private const int Limit = 5000;
    private int _used;

    public async Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        // The storage of logs is another host at GitHub: its address is the proof. An App has a proof of its own.
        var isOfApp = http.Request.Path.StartsWithSegments("/app", StringComparison.Ordinal)
            || http.Request.Path.Value!.EndsWith("/installation", StringComparison.Ordinal);
        if (http.Request.Path.StartsWithSegments("/storage", StringComparison.Ordinal)
            || (isOfApp && http.Request.Headers.Authorization.Count > 0))
        {
            await next(http);
            return;
        }

        if (await RefuseAsync(http)) return;
        await next(http);
    }

    private async Task<bool> RefuseAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        var used = Interlocked.Increment(ref _used);
        headers["X-GitHub-Request-Id"] = "0000:SANDBOX";
        headers["X-RateLimit-Limit"] = Number(Limit);
        headers["X-RateLimit-Used"] = Number(used);
        headers["X-RateLimit-Resource"] = "core";
        headers["X-RateLimit-Reset"] = Number(DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds());
        headers["X-RateLimit-Remaining"] = Number(Math.Max(1, Limit - used));
        IResult? refusal = null;
        if (http.Request.Headers.Authorization.ToString() is not ($"Bearer {GitHubKeys.Token}" or $"Token {GitHubKeys.Token}"))
        {
            refusal = GitHubResponses.Error(401, "Bad credentials");
        }
        else if (faults.Take(Fault.GitHubRateLimit))
        {
            headers["X-RateLimit-Remaining"] = "0";
            headers["X-RateLimit-Reset"] = Number(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
            refusal = GitHubResponses.Error(403, "API rate limit exceeded for user ID 4171.");
        }
        else if (faults.Take(Fault.GitHubSecondaryLimit))
        {
            headers.RetryAfter = "1";
            refusal = GitHubResponses.Error(
                403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");
        }
        else if (faults.Take(Fault.GitHubSso))
        {
            headers["X-GitHub-SSO"] = "required; url=https://github.com/orgs/RSOLV-dev/sso?authorization_request=sandbox";
            refusal = GitHubResponses.Error(
                403, "Resource protected by organization SAML enforcement. You must grant your Personal Access token access.");
        }

        if (refusal is not null) await refusal.ExecuteAsync(http);
        return refusal is not null;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
