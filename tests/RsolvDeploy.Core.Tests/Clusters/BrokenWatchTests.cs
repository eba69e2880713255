using System.Globalization;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>However a watch is broken, the server is not asked again and again without a pause.</summary>
public class BrokenWatchTests(ITestOutputHelper output)
{
    private const string Empty = """{"kind":"ConfigMapList","metadata":{"resourceVersion":"10"},"items":[]}""";
    private const string Bookmark = """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"10"}}}""";
    private const string Same = """{"type":"MODIFIED","object":{"metadata":{"name":"a","uid":"u","resourceVersion":"10"}}}""";
    private const string GoneEvent = """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}""";
    private const string BusyEvent =
        """{"type":"ERROR","object":{"kind":"Status","code":500,"details":{"retryAfterSeconds":0},"message":"later"}}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("empty 200s", 200, "", 0.5)]
    [InlineData("lone bookmarks", 200, Bookmark, 0.5)]
    [InlineData("the same event again", 200, Same, 0.5)]
    [InlineData("lines that are no JSON", 200, "<html>", 0.5)]
    [InlineData("410 as an event", 200, GoneEvent, 1)]
    [InlineData("500 as an event", 200, BusyEvent, 0.5)]
    [InlineData("410 as a status", 410, """{"kind":"Status","code":410}""", 0.5)]
    [InlineData("503 with Retry-After 0", 503, """{"kind":"Status","code":503}""", 0.5)]
    [InlineData("429 with Retry-After 0", 429, """{"kind":"Status","code":429}""", 0.5)]
    [InlineData("a cut connection", 0, "", 0.5)]
    public async Task A_broken_watch_is_opened_at_most_so_often_a_second(string name, int status, string body, double most)
    {
        var time = new ObservedTime { SkipsDelays = true };
        var start = time.GetTimestamp();
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var requests = 0;
        await using var api = await ScriptedApi.StartAsync(null, async http =>
        {
            Interlocked.Increment(ref requests);
            if (time.GetElapsedTime(start) >= TimeSpan.FromMinutes(3)) passed.TrySetResult();
            var isList = http.Request.Query["watch"] != "true";
            http.Response.StatusCode = isList ? 200 : status;
            if (status is 503 or 429) http.Response.Headers.RetryAfter = "0";
            if (isList) await http.Response.WriteAsync(Empty, Ct);
            else if (status == 0) http.Abort();
            else await http.Response.WriteAsync(body + (body.Length > 0 ? "\n" : ""), Ct);
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var watching = DrainAsync(cluster.WatchAsync(new WatchRequest(ResourceKind.ConfigMaps, "ns"), end.Token));
        await await Task.WhenAny(watching, passed.Task.WaitAsync(Ct));
        var rate = requests / time.GetElapsedTime(start).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {rate:0.00} requests a second"));
        await end.CancelAsync();
        await watching.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.InRange(rate, 0.02, most);
    }

    [Fact]
    public async Task A_list_that_repeats_itself_ends_with_an_error()
    {
        await using var api = await ScriptedApi.StartAsync(null, http => http.Response.WriteAsync(
            """{"kind":"ConfigMapList","metadata":{"resourceVersion":"10","continue":"same"},"items":[]}""", Ct));
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<ApiException>(() => cluster.ListAllAsync(ResourceKind.ConfigMaps, "ns", null, null, Ct));
        Assert.Contains("repeats", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, api.Requests.Count);
    }

    private static async Task DrainAsync(IAsyncEnumerable<WatchEvent> events)
    {
        await foreach (var _ in events)
        {
            // Only the requests count.
        }
    }
}
