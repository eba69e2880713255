using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>One list and one watch that goes on: after 410, cuts, 429 and 5xx, without losing or inventing a change.</summary>
public class ListWatchTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_410_it_lists_anew_and_tells_what_vanished()
    {
        var script = new Script(
            List("10", Map("a", "1"), Map("b", "2")),
            Watch(Event("ERROR", JsonNode.Parse(
                """{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version: 10 (20)"}""")!.AsObject())),
            List("30", Map("b", "25"), Map("c", "26")),
            Watch(Event("ADDED", Map("d", "31"))));
        Assert.Equal(["Added a", "Added b", "Synced", "Deleted a", "Modified b", "Added c", "Added d"], await ChangesAsync(script, 7));
        Assert.Contains(script.Requests, request => request.Contains("resourceVersion=30", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cut_watch_goes_on_from_the_last_version_it_saw()
    {
        var script = new Script(
            List("10", Map("a", "1")),
            Watch(Event("MODIFIED", Map("a", "11"))) with { Cut = true },
            Watch(Event("BOOKMARK", (JsonObject)JsonNode.Parse("""{ "metadata": { "resourceVersion": "15" } }""")!)) with { Stays = false },
            Watch(Event("MODIFIED", Map("a", "16"))));
        Assert.Equal(["Added a", "Synced", "Modified a", "Modified a"], await ChangesAsync(script, 4));
        Assert.Contains("resourceVersion=11", script.Requests[2], StringComparison.Ordinal);
        Assert.Contains("resourceVersion=15", script.Requests[3], StringComparison.Ordinal);
        Assert.Single(script.Requests, request => !request.Contains("watch=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_busy_or_failing_server_is_tried_again()
    {
        var script = new Script(
            new Answer(429, Status(429)) { RetryAfter = "0" },
            List("10", Map("a", "1")),
            new Answer(503, Status(503)),
            new Answer(500, "no JSON at all"),
            Watch(Event("DELETED", Map("a", "12"))));
        Assert.Equal(["Added a", "Synced", "Deleted a"], await ChangesAsync(script, 3));
    }

    [Fact]
    public async Task A_list_comes_in_chunks_and_survives_an_expired_token()
    {
        var script = new Script(
            List("10", "t1", Map("a", "1"), Map("b", "2")),
            new Answer(410, """{"kind":"Status","code":410,"reason":"Expired","metadata":{"continue":"t2"}}"""),
            List("12", Map("c", "3")));
        await using var api = await ScriptedApi.StartAsync(null, script.AnswerAsync);
        using var cluster = Client(api);
        var names = new List<string>();
        await foreach (var map in cluster.ListAsync(ResourceKind.ConfigMaps, "ns", "app=x", null, Ct))
        {
            Assert.Equal(("v1", "ConfigMap"), (map["apiVersion"]!.GetValue<string>(), map["kind"]!.GetValue<string>()));
            names.Add(map["metadata"]!["name"]!.GetValue<string>());
        }

        Assert.Equal(["a", "b", "c"], names);
        Assert.All(api.Requests, request => Assert.Contains("limit=500", request, StringComparison.Ordinal));
        Assert.Contains("continue=t1", api.Requests[1], StringComparison.Ordinal);
        Assert.Contains("continue=t2", api.Requests[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_whose_version_expires_between_its_chunks_hides_no_change()
    {
        // What became of "a" between the versions 10 and 12 would come neither in the last chunk nor from a watch of version 12.
        var script = new Script(
            List("10", "t1", Map("a", "1")),
            new Answer(410, """{"kind":"Status","code":410,"reason":"Expired","metadata":{"continue":"t2"}}"""),
            List("12", Map("a", "11"), Map("b", "2")),
            Watch(Event("ADDED", Map("c", "13"))));
        Assert.Equal(["Added a", "Added b", "Synced", "Added c"], await ChangesAsync(script, 4));
        Assert.DoesNotContain("limit=", script.Requests[2], StringComparison.Ordinal);
        Assert.DoesNotContain("continue=", script.Requests[2], StringComparison.Ordinal);
        Assert.Contains("resourceVersion=12", script.Requests[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "details": { "causes": [{ "reason": "ResourceVersionTooLarge", "message": "Too large" }] } """)]
    [InlineData(""" "message": "Timeout: Too large resource version: 100, current: 12" """)]
    public async Task A_server_that_does_not_know_the_version_yet_is_listed_anew(string status)
    {
        var script = new Script(
            List("100", Map("a", "90"), Map("b", "95")),
            Watch(Event("ERROR", JsonNode.Parse($$"""{ "kind": "Status", "code": 504, "reason": "Timeout", {{status}} }""")!.AsObject())),
            List("12", Map("a", "5")),
            Watch(Event("MODIFIED", Map("a", "13"))));
        Assert.Equal(["Added a", "Added b", "Synced", "Deleted b", "Modified a", "Modified a"], await ChangesAsync(script, 6));
        Assert.Contains("resourceVersion=12", script.Requests[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_ends_again_and_again_without_an_error_is_listed_anew()
    {
        var empty = Watch() with { Stays = false };
        var script = new Script(List("10"), empty, empty, empty, empty, empty, List("20", Map("a", "15")), Watch());
        Assert.Equal(["Synced", "Added a"], await ChangesAsync(script, 2, new ObservedTime { SkipsDelays = true }));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_server_that_starts_may_refuse_a_watch_that_it_accepted_before(int code)
    {
        var script = new Script(
            List("10", Map("a", "1")),
            Watch(Event("MODIFIED", Map("a", "11"))) with { Stays = false },
            new Answer(code, Status(code)),
            new Answer(code, Status(code)),
            Watch(Event("DELETED", Map("a", "12"))));
        Assert.Equal(
            ["Added a", "Synced", "Modified a", "Deleted a"], await ChangesAsync(script, 4, new ObservedTime { SkipsDelays = true }));
    }

    [Fact]
    public async Task A_right_that_was_taken_away_ends_the_watch_after_five_minutes()
    {
        var time = new ObservedTime { SkipsDelays = true };
        var start = time.GetTimestamp();
        var script = new Script(
            List("10", Map("a", "1")), Watch(Event("MODIFIED", Map("a", "11"))) with { Stays = false }, new Answer(403, Status(403)));
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => ChangesAsync(script, 4, time));
        Assert.Equal("Forbidden", fault.Id);
        Assert.InRange(time.GetElapsedTime(start), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(7));
    }

    [Fact]
    public async Task A_watch_that_was_never_allowed_ends_at_once()
    {
        var time = new ObservedTime { SkipsDelays = true };
        var start = time.GetTimestamp();
        var script = new Script(List("10", Map("a", "1")), new Answer(403, Status(403)));
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => ChangesAsync(script, 4, time));
        Assert.Equal(("Forbidden", TimeSpan.Zero), (fault.Id, time.GetElapsedTime(start)));
    }

    [Fact]
    public async Task A_first_list_that_is_forbidden_says_so_at_once()
    {
        var script = new Script(new Answer(
            403, """{"kind":"Status","code":403,"reason":"Forbidden","message":"configmaps is forbidden: User \"nobody\" cannot list"}"""));
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => ChangesAsync(script, 1));
        Assert.Equal("Forbidden", fault.Id);
        Assert.Contains("list configmaps", fault.Message, StringComparison.Ordinal);
        Assert.Contains("nobody", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_never_sent_twice_unless_it_was_refused()
    {
        var script = new Script(new Answer(500, Status(500)), new Answer(200, "{}"));
        await using var api = await ScriptedApi.StartAsync(null, script.AnswerAsync);
        using var cluster = Client(api);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() =>
            cluster.PatchAsync(ResourceKind.ConfigMaps, "ns", "a", new PatchRequest(PatchKind.Merge, new JsonObject()), Ct));
        Assert.Equal("ClusterError", fault.Id);
        Assert.Single(api.Requests);
    }

    private static async Task<IReadOnlyList<string>> ChangesAsync(Script script, int count, TimeProvider? time = null)
    {
        await using var api = await ScriptedApi.StartAsync(null, script.AnswerAsync);
        using var cluster = Client(api, time);
        var seen = new List<string>();
        await foreach (var change in cluster.WatchAsync(new WatchRequest(ResourceKind.ConfigMaps, "ns"), Ct))
        {
            seen.Add($"{change.Type} {change.Object["metadata"]?["name"]}".TrimEnd());
            if (change.Type == WatchEventType.Modified) script.Arrived.TrySetResult();
            if (seen.Count == count) break;
        }

        script.Requests = api.Requests;
        return seen;
    }

    private static ClusterClient Client(ScriptedApi api, TimeProvider? time = null) =>
        new(api.Connection(), SilentReporter.Instance, time ?? TimeProvider.System);

    private static JsonObject Map(string name, string version) =>
        (JsonObject)JsonNode.Parse(
            $$"""{ "metadata": { "name": "{{name}}", "uid": "uid-{{name}}", "resourceVersion": "{{version}}" } }""")!;

    private static Answer List(string version, params JsonObject[] items) => List(version, null, items);

    private static Answer List(string version, string? next, params JsonObject[] items) => new(200, new JsonObject
    {
        ["kind"] = "ConfigMapList",
        ["metadata"] = new JsonObject { ["resourceVersion"] = version, ["continue"] = next },
        ["items"] = new JsonArray([.. items]),
    }.ToJsonString());

    private static Answer Watch(params JsonObject[] events) =>
        new(200, string.Concat(events.Select(one => one.ToJsonString() + "\n"))) { Stays = true };

    private static JsonObject Event(string type, JsonObject item) => new() { ["type"] = type, ["object"] = item };

    private static string Status(int code) => $$"""{"kind":"Status","code":{{code}},"message":"later"}""";

    /// <summary>One answer: its status and body, then an open end, a clean one or a cut.</summary>
    private sealed record Answer(int Code, string Body)
    {
        public string? RetryAfter { get; init; }

        public bool Stays { get; init; }

        public bool Cut { get; init; }
    }

    /// <summary>Answers in order; the last watch stays open.</summary>
    private sealed class Script(params Answer[] answers)
    {
        private int _next;

        public IReadOnlyList<string> Requests { get; set; } = [];

        /// <summary>Set when the test has seen a change: only then is a connection cut.</summary>
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private static async Task GoneAsync(HttpContext http)
        {
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var told = http.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        }

        public async Task AnswerAsync(HttpContext http)
        {
            var at = Interlocked.Increment(ref _next) - 1;
            var answer = answers[Math.Min(at, answers.Length - 1)];
            http.Response.StatusCode = answer.Code;
            if (answer.RetryAfter is { } wait) http.Response.Headers.RetryAfter = wait;
            await http.Response.WriteAsync(answer.Body, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            // A connection that is reset takes with it what the client has not read yet.
            if (answer.Cut) await Arrived.Task.WaitAsync(http.RequestAborted);
            if (answer.Cut) http.Abort();
            else if (answer.Stays && at >= answers.Length - 1) await GoneAsync(http);
        }
    }
}
