using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>Polls until a condition is true, within a timeout.</summary>
internal static class Polling
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan timeout, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > timeout) return false;
            await Task.Delay(Pause, ct);
        }

        return true;
    }
}
