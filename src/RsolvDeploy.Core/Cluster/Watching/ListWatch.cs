using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Cluster.Watching;

/// <summary>
/// Lists once and follows every change from there. Goes on after a closed, silent or broken connection, and lists anew when the
/// server does not know the version to go on from; what vanished meanwhile is then reported as deleted. A watch that was accepted
/// once outlives refusals for some minutes.
/// </summary>
internal sealed class ListWatch(ApiRequests requests, ListRequest list, IReporter reporter, TimeProvider time, bool patient)
{
    // The server ends every watch after this time, so a connection that is silent for longer is dead.
    private const int WatchSeconds = 240;
    private const int Gone = (int)HttpStatusCode.Gone;
    private const string TooLarge = "ResourceVersionTooLarge";
    private const int FailuresBeforeWarning = 3;

    // Some servers end the watch of a version that they forgot without an error (kubernetes/kubernetes#104171).
    private const int FailuresBeforeList = 5;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(5);

    // A proxy that ends every connection early must not delay what happens for long.
    private static readonly TimeSpan LongestBetweenAccepted = TimeSpan.FromSeconds(5);

    // An API server that starts answers 401 or 403 until it knows its tokens and roles; a credential plugin may fail, too.
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromMinutes(5);

    // Only what identifies each object: whoever watches keeps what it needs of the rest.
    private readonly Dictionary<string, JsonObject> _known = new(StringComparer.Ordinal);
    private readonly Backoff _backoff = new(time);
    private bool _wasAccepted;
    private long? _refusedSince;

    public async IAsyncEnumerable<WatchEvent> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        string? version = null;
        var synced = false;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (version is null)
            {
                var (found, at) = await ListAsync(patient || synced, ct);
                if (found is null) continue;
                foreach (var change in Compare(found)) yield return change;
                version = at;
                if (!synced) yield return new WatchEvent(WatchEventType.Synced, []);
                synced = true;
            }

            using var lines = await OpenAsync(version, ct);
            var opened = time.GetTimestamp();
            Exception? refused = null;
            while (await lines.NextAsync(ct) is { } line)
            {
                if (line.At("type").Text() == "ERROR")
                {
                    refused = Refusal(line["object"] as JsonObject, version);
                    break;
                }

                version = line.At("object", "metadata", "resourceVersion").Text() ?? version;
                if (Change(line) is { } change) yield return change;
            }

            refused ??= lines.Broken;
            _wasAccepted |= lines.IsAccepted;
            // Only a watch that lasted is a good one. A server that accepts each and ends it would be asked thousands of times a second.
            if (lines.IsAccepted && time.GetElapsedTime(opened) >= Lasting)
            {
                _backoff.Succeeded();
                _refusedSince = null;
            }

            lines.Dispose();
            if (IsUnknownVersion(refused) || (_backoff.Failures + 1) % FailuresBeforeList == 0) version = null;
            await PauseAsync(
                refused ?? new IOException("the server closed it"), lines.IsAccepted ? LongestBetweenAccepted : Backoff.Longest, ct);
        }
    }

    private async Task<(Dictionary<string, JsonObject>? Found, string Version)> ListAsync(bool again, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(ct);
        }
        catch (DeployException e)
        {
            // The first list has to succeed, so that a wrong address is reported at once; later ones, and those of a patient watch,
            // are retried until they do.
            if (!again || !IsTemporary(e)) throw;
            await PauseAsync(e, Backoff.Longest, ct);
            return (null, "");
        }
    }

    private async Task<(Dictionary<string, JsonObject> Found, string Version)> ReadAsync(CancellationToken ct)
    {
        try
        {
            return await ReadAsync(list, ct);
        }
        catch (ApiException e) when (e.StatusCode == Gone)
        {
            // Chunks of a newer version would hide what has changed in the chunks before.
            return await ReadAsync(list.Whole(), ct);
        }
    }

    private static async Task<(Dictionary<string, JsonObject> Found, string Version)> ReadAsync(ListRequest list, CancellationToken ct)
    {
        var found = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var version = "";
        await foreach (var page in list.PagesAsync(ct))
        {
            version = page.ResourceVersion;
            foreach (var item in page.Items) found[Key(item)] = item;
        }

        return (found, version);
    }

    private async Task<WatchLines> OpenAsync(string version, CancellationToken ct)
    {
        var call = list.Watch(version, WatchSeconds);
        try
        {
            return await WatchLines.OpenAsync(await requests.OpenAsync(call, ct), TimeSpan.FromSeconds(WatchSeconds) + Grace, time, ct);
        }
        catch (DeployException e)
        {
            if (!IsTemporary(e)) throw;
            return WatchLines.Refused(e, time);
        }
    }

    private ApiException Refusal(JsonObject? status, string version)
    {
        var fault = requests.Faults.From(list.Watch(version, WatchSeconds), status.At("code").Number() ?? 0, status, "", null);
        return IsTemporary(fault) ? fault : throw fault;
    }

    private bool IsTemporary(DeployException e)
    {
        if (e is ApiException { Transient: true } or ApiException { StatusCode: Gone }) return true;
        // What was never accepted lacks a right, or leads elsewhere.
        if (!_wasAccepted) return false;
        _refusedSince ??= time.GetTimestamp();
        return time.GetElapsedTime(_refusedSince.Value) < LongestRefusal;
    }

    // A cluster that was restored from a backup, and a server behind the others, know less than what was listed.
    private static bool IsUnknownVersion(Exception? refused) => refused is ApiException { StatusCode: Gone }
        || refused is ApiException fault
            && ((fault.Status.At("details", "causes") as JsonArray ?? []).Any(cause => cause.At("reason").Text() == TooLarge)
                || fault.Status.At("message").Text()?.Contains("Too large resource version", StringComparison.Ordinal) == true);

    private async Task PauseAsync(Exception why, TimeSpan longest, CancellationToken ct)
    {
        var text = $"The watch of {list.Kind.QualifiedName} was interrupted and goes on: {why.Message}";
        if (_backoff.Failures == FailuresBeforeWarning) reporter.Warning(text);
        else reporter.Verbose(text);
        await _backoff.WaitAsync((why as ApiException)?.RetryAfter, ct, longest);
    }

    private List<WatchEvent> Compare(Dictionary<string, JsonObject> found)
    {
        var changes = new List<WatchEvent>();
        foreach (var (key, gone) in _known.Where(known => !found.ContainsKey(known.Key)))
            changes.Add(new WatchEvent(WatchEventType.Deleted, gone));
        foreach (var (key, item) in found)
        {
            if (!_known.TryGetValue(key, out var before)) changes.Add(new WatchEvent(WatchEventType.Added, item));
            else if (Version(before) != Version(item)) changes.Add(new WatchEvent(WatchEventType.Modified, item));
        }

        _known.Clear();
        foreach (var (key, item) in found) _known.Add(key, Identify(item));
        return changes;
    }

    private WatchEvent? Change(JsonObject line)
    {
        if (line["object"] is not JsonObject item) return null;
        line.Remove("object");
        switch (line.At("type").Text())
        {
            case "ADDED" or "MODIFIED":
                var isNew = !_known.ContainsKey(Key(item));
                _known[Key(item)] = Identify(item);
                return new WatchEvent(isNew ? WatchEventType.Added : WatchEventType.Modified, item);
            case "DELETED":
                _known.Remove(Key(item));
                return new WatchEvent(WatchEventType.Deleted, item);
            default:
                return null; // BOOKMARK: only its version matters
        }
    }

    private static JsonObject Identify(JsonObject item)
    {
        var metadata = new JsonObject();
        foreach (var member in (string[])["name", "namespace", "uid", "resourceVersion"])
        {
            if (item.At("metadata", member).Text() is { } text) metadata[member] = text;
        }

        return new JsonObject { ["apiVersion"] = item["apiVersion"].Text(), ["kind"] = item["kind"].Text(), ["metadata"] = metadata };
    }

    private static string Key(JsonObject item) =>
        item.At("metadata", "uid").Text() ?? $"{item.At("metadata", "namespace").Text()}/{item.At("metadata", "name").Text()}";

    private static string? Version(JsonObject item) => item.At("metadata", "resourceVersion").Text();
}
