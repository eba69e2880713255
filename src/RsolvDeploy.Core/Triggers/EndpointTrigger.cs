using System.Globalization;
using RsolvDeploy.Health;

namespace RsolvDeploy.Triggers;

/// <summary>An endpoint that does not answer 200 several times in a row.</summary>
internal static class EndpointTrigger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task WatchAsync(Uri platform, string path, FailureTrigger trigger, Func<string, Task> tell, CancellationToken ct)
    {
        using var http = HealthProbe.CreateClient();
        var endpoint = new Endpoint(http, Endpoint.AddressOf(platform, path), Patience, TimeProvider.System);
        var failures = 0;
        using var timer = new PeriodicTimer(trigger.Every);
        do
        {
            var (answer, _) = await endpoint.GetAsync("*/*", (content, token) => content.ReadAsByteArrayAsync(token), ct);
            failures = answer.Status == 200 ? 0 : failures + 1;
            // Told once: when it reaches the number, not with every failure after it.
            if (failures == trigger.Failures) await tell(string.Create(CultureInfo.InvariantCulture, $"{endpoint.Address} failed {failures} times in a row: {answer}"));
        }
        while (await timer.WaitForNextTickAsync(ct));
    }
}
