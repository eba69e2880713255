using RsolvDeploy.Checks;
using RsolvDeploy.Health;

namespace RsolvDeploy.Smoke;

/// <summary><c>smoke.website</c>: the page responds with 200. Redirects are followed as a browser does, and reported.</summary>
internal sealed class WebsiteCheck(HttpClient http, TimeProvider clock)
{
    private const int MostRedirects = 5;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public async Task<CheckOutcome> EvaluateAsync(Endpoint website, CancellationToken ct)
    {
        var redirects = new List<string>();
        var endpoint = website;
        while (true)
        {
            var (response, _) = await endpoint.GetAsync("text/html, */*;q=0.8", DrainAsync, ct);
            if (Next(endpoint, response) is not { } next || redirects.Count == MostRedirects)
                return Judge(website.Address, endpoint, response, redirects);
            redirects.Add($"{response.Status} to {next}");
            endpoint = new Endpoint(http, next, Timeout, clock);
        }
    }

    private static CheckOutcome Judge(Uri website, Endpoint endpoint, ProbeResponse response, List<string> redirects)
    {
        if (response.Status != 200)
        {
            var outcome = response.ToOutcome(endpoint, "Look at the logs of the new pods and at the way to them (DNS, ingress, service).");
            return redirects.Count == 0
                ? outcome
                : outcome with { Evidence = $"{outcome.Evidence}, after {string.Join(", ", redirects)}" };
        }

        var evidence = redirects.Count == 0 ? $"{website} responded {response}" : $"{response} after {string.Join(", ", redirects)}";
        return (IsSameSite(website, endpoint.Address)
            ? CheckOutcome.Met(evidence)
            : CheckOutcome.Warning($"{evidence}: another site", "Check that url leads to the platform, and not to a login page."))
            .Compared(200, 200);
    }

    private static Uri? Next(Endpoint endpoint, ProbeResponse response)
    {
        if (response is not { Status: 301 or 302 or 303 or 307 or 308, Location: { } location }) return null;
        var next = new Uri(endpoint.Address, location);
        return next.Scheme == Uri.UriSchemeHttp || next.Scheme == Uri.UriSchemeHttps ? next : null;
    }

    private static bool IsSameSite(Uri from, Uri to) => Bare(from.IdnHost) == Bare(to.IdnHost);

    private static string Bare(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;

    private static async Task<bool> DrainAsync(HttpContent content, CancellationToken ct)
    {
        await content.CopyToAsync(Stream.Null, ct);
        return true;
    }
}
