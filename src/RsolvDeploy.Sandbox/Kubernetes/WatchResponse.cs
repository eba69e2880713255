using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>A watch: one JSON line for each change, until its timeout or until the client disconnects.</summary>
internal sealed class WatchResponse(ObjectStore store, FaultInjector faults)
{
    private static readonly TimeSpan BookmarkEvery = TimeSpan.FromSeconds(15);

    public async Task ServeAsync(HttpContext http, ApiPath to, Selector selection)
    {
        http.Response.ContentType = "application/json";
        var seconds = int.TryParse(http.Request.Query["timeoutSeconds"], CultureInfo.InvariantCulture, out var asked) && asked > 0
            ? asked
            : 1800;
        var end = DateTimeOffset.UtcNow.AddSeconds(seconds);
        var version = await StartAsync(http, to, selection);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        while (DateTimeOffset.UtcNow < end)
        {
            var (changes, next) = await AfterAsync(http, version);
            if (changes is null) return;
            foreach (var change in changes)
            {
                version = change.Version;
                if (change.Kind != to.Kind
                    || (to.Namespace is not null && change.Object.Namespace() != to.Namespace)
                    || !selection.Matches(change.Object))
                {
                    continue;
                }

                if (faults.Take(Fault.CutWatch))
                {
                    http.Abort();
                    return;
                }

                if (faults.Take(Fault.Watch410))
                {
                    await SendAsync(http, "ERROR", ApiError.Expired($"too old resource version: {version}").ToStatus());
                    return;
                }

                await SendAsync(http, change.Type, change.Object.Copy());
            }

            var wait = end - DateTimeOffset.UtcNow < BookmarkEvery ? end - DateTimeOffset.UtcNow : BookmarkEvery;
            if (wait > TimeSpan.Zero && await Task.WhenAny(next, Task.Delay(wait, http.RequestAborted)) != next && WantsBookmarks(http))
            {
                await SendAsync(http, "BOOKMARK", Bookmark(to.Kind, version));
            }

            http.RequestAborted.ThrowIfCancellationRequested();
        }
    }

    private async Task<long> StartAsync(HttpContext http, ApiPath to, Selector selection)
    {
        var whole = WatchList.IsRequested(http.Request.Query);
        if (!whole && long.TryParse(http.Request.Query["resourceVersion"], CultureInfo.InvariantCulture, out var version) && version > 0)
            return version;
        var (items, now) = store.List(to.Kind, to.Namespace);
        foreach (var item in items.Where(selection.Matches)) await SendAsync(http, "ADDED", item);
        if (whole && WantsBookmarks(http)) await SendAsync(http, "BOOKMARK", WatchList.InitialEventsEnd(Bookmark(to.Kind, now)));
        return now;
    }

    private static bool WantsBookmarks(HttpContext http) =>
        http.Request.Query["allowWatchBookmarks"] == "true" || http.Request.Query["allowWatchBookmarks"] == "1";

    private async Task<(IReadOnlyList<Change>? Changes, Task Next)> AfterAsync(HttpContext http, long version)
    {
        try
        {
            return store.After(version);
        }
        catch (ApiError e) when (http.Response.HasStarted)
        {
            await SendAsync(http, "ERROR", e.ToStatus());
            return (null, Task.CompletedTask);
        }
    }

    private static JsonObject Bookmark(KindInfo kind, long version) => new()
    {
        ["kind"] = kind.Kind,
        ["apiVersion"] = kind.ApiVersion,
        ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) },
    };

    private static async Task SendAsync(HttpContext http, string type, JsonObject item)
    {
        await http.Response.WriteAsync(new JsonObject { ["type"] = type, ["object"] = item }.ToJsonString() + "\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }
}
