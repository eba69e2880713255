using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Steps;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Triggers;

/// <summary><c>trigger.health</c> and <c>trigger.metrics</c>: an endpoint that does not respond with 200 several times in a row.</summary>
/// <param name="context">The step's context.</param>
/// <param name="address">The address of the endpoint.</param>
/// <param name="trigger">How often it is requested, and how many failures are too many.</param>
internal sealed class EndpointTrigger(StepContext context, Uri address, FailureTrigger trigger)
{
    private const int LongestBody = 1024 * 1024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private bool _warned;

    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        using var http = PlatformAccess.Open(context.Services, context.Target);
        var endpoint = new Endpoint(http, address, RequestTimeout, context.Clock);
        var failures = 0;
        using var timer = new PeriodicTimer(trigger.Every, context.Clock);
        do
        {
            if (await RequestAsync(endpoint, ct) is not { } response) continue;
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

    // Null when nothing was sent: a credential that cannot be read is no fault of the release.
    private async Task<ProbeResponse?> RequestAsync(Endpoint endpoint, CancellationToken ct)
    {
        try
        {
            return (await endpoint.GetAsync(
                "*/*", (content, token) => BoundedStream.ReadStartAsync(content, LongestBody, token), ct)).Response;
        }
        catch (DeployException error)
        {
            if (!_warned) context.Reporter.Warning($"{address} is not watched for now: {error.Message} {error.Remedy}");
            _warned = true;
            return null;
        }
    }
}
