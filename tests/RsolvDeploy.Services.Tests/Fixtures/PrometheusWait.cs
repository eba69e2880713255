using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>Asks again until something holds, within a deadline.</summary>
internal static class PrometheusWait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<bool> UntilAsync(Func<Task<bool>> holds, TimeSpan within, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed > within) return false;
            await Task.Delay(Pause, ct);
        }

        return true;
    }
}
