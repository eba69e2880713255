using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Recordings;

/// <summary>The sandbox answers as a real API server answered to the same requests, one after another.</summary>
public sealed class SandboxResponsesTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    // What the sandbox does not do, each for its reason: these requests are left out.
    private static readonly string[] NotServed =
    [
        "forbidden", "access review denied",                          // impersonation
        "deployment", "scale subresource",                            // the recorded deployment's own state; scaling
        "server side apply conflict", "apply with unknown field, strict",   // field ownership, schemas
        "watch-list with initial events",                             // recorded as text that is cut off; a test of its own below
        "quota exceeded",                                             // admission by quota
        "log tail", "previous log of a pod that never restarted", "exec without upgrade", "service proxy",   // of pods that are gone
        "metrics.k8s.io absent",                                      // an answer that is no JSON
        "watch, bookmarks, two quiet seconds",                        // a bookmark comes at another time
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_reason_and_kind_are_those_of_a_real_server()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        sandbox.Objects.Create(KindInfo.Namespaces, null, new NamespaceManifest("bulk"));
        for (var number = 0; number < 5; number++)
            sandbox.Objects.Create(KindInfo.ConfigMaps, "bulk", new ConfigMapManifest($"cm-{number:00000}"));
        using var http = Client(sandbox);
        var wrong = new List<string>();
        var compared = 0;
        string? next = null, version = null;
        foreach (var recorded in File.ReadLines(Recording.PathOf("responses"))
            .Select(line => JsonNode.Parse(line)!)
            .Where(recorded => !NotServed.Contains((string)recorded["what"]!)))
        {
            var (status, answer) = await AskAsync(
                http, recorded["request"]!, next, (int)recorded["response"]!["status"]! == 200 ? version : null);
            next = (string?)answer?["metadata"]?["continue"] ?? next;
            version = (string?)answer?["metadata"]?["resourceVersion"] ?? version;
            var expected = recorded["response"]!;
            compared++;
            var (left, right) = (Shape((int)expected["status"]!, expected["body"]), Shape(status, answer));
            if (left != right) wrong.Add($"{recorded["what"]}: a real server answers {left}, the sandbox {right}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(compared >= 25, $"only {compared} answers were compared");
    }

    [Theory]
    [InlineData("", "ADDED a,ADDED b,BOOKMARK true,ADDED c")]
    [InlineData("&resourceVersion=1", "ADDED a,ADDED b,BOOKMARK true,ADDED c")]
    [InlineData("&labelSelector=app%3Dx", "ADDED a,BOOKMARK true,ADDED c")]
    public async Task A_watch_with_initial_events_marks_their_end_and_goes_on(string selection, string expected)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        sandbox.Objects.Create(KindInfo.Namespaces, null, new NamespaceManifest("bulk"));
        Make("a", "x");
        Make("b", "y");
        using var http = Client(sandbox);
        using var answer = await http.GetAsync(
            "/api/v1/namespaces/bulk/configmaps?watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
                + $"&resourceVersionMatch=NotOlderThan{selection}",
            HttpCompletionOption.ResponseHeadersRead,
            Ct);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Ct));
        var seen = new List<string>();
        for (var count = expected.Split(',').Length; seen.Count < count;)
        {
            var line = JsonNode.Parse((await reader.ReadLineAsync(Ct))!)!;
            var metadata = line["object"]!["metadata"]!;
            seen.Add($"{line["type"]} {metadata["name"] ?? metadata["annotations"]!["k8s.io/initial-events-end"]}");
            if (seen[^1].StartsWith("BOOKMARK", StringComparison.Ordinal)) Make("c", "x");
        }

        Assert.Equal(expected, string.Join(',', seen));

        void Make(string name, string app) =>
            sandbox.Objects.Create(KindInfo.ConfigMaps, "bulk", new ConfigMapManifest(name) { Labels = { ["app"] = app } });
    }

    [Theory]
    [InlineData("sendInitialEvents=true", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    [InlineData("resourceVersionMatch=NotOlderThan", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
    public async Task A_watch_that_requests_initial_events_by_half_is_refused(string asked, string why)
    {
        using var http = Client(shared.Server);
        using var answer = await http.GetAsync($"/api/v1/configmaps?watch=true&{asked}", Ct);
        Assert.Equal(422, (int)answer.StatusCode);
        Assert.Contains(why, await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    private static async Task<(int Status, JsonNode? Answer)> AskAsync(HttpClient http, JsonNode request, string? next, string? version)
    {
        var path = (string)request["path"]!;
        // Tokens and versions are the server's own.
        if (path.Contains("continue=ey", StringComparison.Ordinal))
            path = $"{path[..path.IndexOf("continue=", StringComparison.Ordinal)]}continue={Uri.EscapeDataString(next!)}";
        using var message = new HttpRequestMessage(new HttpMethod((string)request["method"]!), path);
        if (request["body"] is { } body)
        {
            // A write that succeeded carried the version of its day; one that was refused carried an old one, which it still is.
            if (version is not null && body is JsonObject && body["metadata"]?["resourceVersion"] is not null)
                body["metadata"]!["resourceVersion"] = version;
            var text = body is JsonValue value && value.TryGetValue<string>(out var raw) ? raw : body.ToJsonString();
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text))
            {
                Headers = { ContentType = new MediaTypeHeaderValue((string?)request["contentType"] ?? "application/json") },
            };
        }

        using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Ct);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Ct));
        var said = path.Contains("watch=1", StringComparison.Ordinal) ? await reader.ReadLineAsync(Ct) : await reader.ReadToEndAsync(Ct);
        return ((int)answer.StatusCode, said?.StartsWith('{') == true ? JsonNode.Parse(said) : null);
    }

    // What clients go by: the code, what it is, and for a refusal its reason.
    private static string Shape(int status, JsonNode? body)
    {
        if (body is JsonObject watched && watched["type"] is { } type)
            return $"{status} {type} {Shape((int?)watched["object"]?["code"] ?? 0, watched["object"])}";
        var kind = (string?)(body as JsonObject)?["kind"];
        return kind == "Status"
            ? $"{status} Status {body!["status"]} {body["reason"]} {body["code"]}".TrimEnd()
            : $"{status} {kind}".TrimEnd();
    }

    private static HttpClient Client(SandboxServer sandbox)
    {
        var kubeconfig = File.ReadAllText(sandbox.KubeconfigPath);
        var token = kubeconfig.Split('\n').First(line => line.Contains("token:", StringComparison.Ordinal)).Split(':')[1].Trim();
#pragma warning disable CA5400 // A certificate that exists for this sandbox only; TLS is TlsTests' matter.
        var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
#pragma warning restore CA5400
        return new HttpClient(handler)
        {
            BaseAddress = sandbox.KubernetesAddress,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
    }
}
