using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>
/// A connection over which nothing comes for longer than the server lets any watch live is dead, although nobody closed it.
/// </summary>
public class SilentWatchTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_that_stays_silent_past_its_limit_is_opened_anew_and_loses_nothing()
    {
        var time = new ObservedTime();
        var watches = 0;
        await using var api = await ScriptedApi.StartAsync(null, async http =>
        {
            if (http.Request.Query["watch"] != "true")
            {
                await http.Response.WriteAsync("""{"kind":"ConfigMapList","metadata":{"resourceVersion":"10"},"items":[]}""", Ct);
                return;
            }

            if (Interlocked.Increment(ref watches) > 1)
            {
                await http.Response.WriteAsync(
                    """{"type":"ADDED","object":{"metadata":{"name":"late","uid":"u","resourceVersion":"11"}}}""" + "\n", Ct);
            }

            await http.Response.Body.FlushAsync(Ct);
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, time);
        await foreach (var change in cluster.WatchAsync(new WatchRequest(ResourceKind.ConfigMaps, "ns"), Ct))
        {
            if (change.Type == WatchEventType.Synced) _ = PassSilenceAsync(time);
            else Assert.Equal("late", change.Object["metadata"]!["name"]!.GetValue<string>());
            if (change.Type == WatchEventType.Added) break;
        }

        Assert.Equal(2, watches);
        Assert.Equal(2, api.Requests.Count(request => request.Contains("resourceVersion=10", StringComparison.Ordinal)));
    }

    // The time of the first silent watch, and then the delay before it is opened anew.
    private static async Task PassSilenceAsync(ObservedTime time)
    {
        await time.PassAsync(due => due > TimeSpan.FromMinutes(4), Ct);
        await time.PassAsync(due => due < TimeSpan.FromSeconds(1), Ct);
    }
}
