using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Health;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Triggers;

/// <summary><c>trigger.health</c> and <c>trigger.metrics</c>: an endpoint that does not respond with 200 several times in a row.</summary>
/// <param name="address">The address of the endpoint.</param>
/// <param name="trigger">How often it is requested, and how many failures are too many.</param>
/// <param name="clock">The clock.</param>
internal sealed class EndpointTrigger(Uri address, FailureTrigger trigger, TimeProvider clock)
{
    private const int LongestBody = 1024 * 1024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        using var http = HealthProbe.CreateClient();
        var endpoint = new Endpoint(http, address, RequestTimeout, clock);
        var failures = 0;
        using var timer = new PeriodicTimer(trigger.Every, clock);
        do
        {
            var (response, _) = await endpoint.GetAsync(
                "*/*", (content, token) => BoundedStream.ReadStartAsync(content, LongestBody, token), ct);
            failures = response.Status == 200 ? 0 : failures + 1;
            // Reported once: when it reaches the number, not with every failure after it.
            if (failures == trigger.Failures)
            {
                var evidence = string.Create(CultureInfo.InvariantCulture, $"{address} failed {failures} times in a row: {response}");
                await report(CheckOutcome.NotMet(evidence, TriggerWatcher.Remedy).Compared(0, failures));
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }
}
