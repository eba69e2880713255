using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// <c>trigger.error-rate</c>: an error rate that is too high, by PromQL, above the rate of the baseline. No data is no error rate.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="trigger">The query and the limit.</param>
/// <param name="settings">Where Prometheus is.</param>
internal sealed class ErrorRateWatcher(StepContext context, ErrorRateTrigger trigger, PrometheusSettings settings)
{
    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        using var prometheus = PrometheusClient.Open(settings, context.Services, context.Clock);
        var before = context.Baseline?.ErrorRate;
        var limit = trigger.Above + (before ?? 0);
        var counted = before > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({before:0.####} already before the deployment)") : "";
        var (reported, warned) = (false, false);
        using var timer = new PeriodicTimer(trigger.Every, context.Clock);
        do
        {
            try
            {
                var rate = await ErrorRateReader.ReadAsync(prometheus, trigger, ct);
                if (rate > limit && !reported)
                {
                    await report(CheckOutcome.NotMet(
                        string.Create(CultureInfo.InvariantCulture, $"the error rate is {rate:0.####}, above {limit:0.####}{counted}"),
                        TriggerWatcher.Remedy)
                        .Compared(limit, rate));
                }

                (reported, warned) = (rate > limit, false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (!warned) context.Reporter.Warning($"The error rate is not known for now: {e.Message}");
                warned = true;
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }
}
