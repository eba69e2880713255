using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Monitoring;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>
/// What the module sends to Grafana, and what the sandbox's Grafana sends back, has the shapes of Grafana's own description.
/// </summary>
public sealed class GrafanaShapesTests : IAsyncLifetime
{
    private static readonly GrafanaShapes Shapes = new();

    private readonly List<(string Call, string Body)> _requests = [];
    private SandboxServer _sandbox = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Arriving = RecordAsync }, Ct);

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Every_request_of_the_module_has_a_response_of_the_described_shape()
    {
        using var front = new PlainFrontEnd(_sandbox);
        front.Target = front.Target with { Grafana = front.Target.Grafana! with { Annotates = true } };
        await front.RunAsync(
            StepInvocation.Create(new UpdateStep(), new UpdateOptions { Image = "production-20260102-000000" }),
            StepInvocation.Create(new DashboardStep(), new DashboardOptions()));
        (string Call, string Body)[] requests;
        lock (_requests) requests = [.. _requests];

        var described = new HashSet<string>();
        foreach (var (call, body) in requests)
        {
            if (await FaultsAsync(call, body) is not { } faults) continue;
            described.Add(call.Split('?')[0]);
            Assert.True(faults.Count == 0, $"{call}: {string.Join("; ", faults)}");
        }

        Assert.Superset(
            new HashSet<string>
            {
                $"GET /api/dashboards/uid/{GrafanaDashboard.Uid}", "GET /api/datasources", "POST /api/ds/query", "GET /api/annotations",
                "POST /api/annotations", $"GET /api/library-elements/{GrafanaPanels.LibraryUid}",
            },
            described);
    }

    [Theory]
    [InlineData("GET /api/health", "")]
    [InlineData("GET /api/search?query=RFC", "")]
    [InlineData("GET /api/dashboards/uid/none", "")]
    [InlineData("GET /api/dashboards/uid/rfc-060-validation-v2", "")]
    [InlineData("GET /api/datasources/uid/prometheus", "")]
    [InlineData("GET /api/datasources/uid/none", "")]
    [InlineData("GET /api/library-elements/none", "")]
    [InlineData("POST /api/annotations", """{"text":""}""")]
    [InlineData("POST /api/ds/query", """{"from":"now-1m","to":"now","queries":[{"refId":"A","expr":"up{"}]}""")]
    [InlineData("POST /api/ds/query", """{"from":"now-1m","to":"now","queries":[{"refId":"A","datasource":{"uid":"none"}}]}""")]
    public async Task A_response_of_the_sandbox_has_the_described_shape(string call, string body)
    {
        Assert.Equal([], await FaultsAsync(call, body));
    }

    [Fact]
    public async Task A_refusal_has_the_described_shape()
    {
        _sandbox.Faults.Inject(Fault.GrafanaForbidden, -1);

        Assert.Equal([], await FaultsAsync($"GET /api/dashboards/uid/{GrafanaDashboard.Uid}", ""));
    }

    [Fact]
    public void A_member_that_is_not_described_and_one_of_another_type_are_faults() => Assert.Equal(
        ["response.id is no integer: \"1\"", "response.uid is not described", "response.message is missing"],
        Shapes.Faults("POST /api/annotations", """{"text":"x"}""", 200, """{"id":"1","uid":"x"}"""));

    private async Task<IReadOnlyList<string>?> FaultsAsync(string call, string body)
    {
        string[] parts = call.Split(' ', 2);
        using var http = new HttpClient { BaseAddress = _sandbox.Services.Grafana };
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1]);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", GrafanaCredential.Default.Token);
        if (body.Length > 0) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.SendAsync(request, Ct);
        return Shapes.Faults(call.Split('?')[0], body, (int)response.StatusCode, await response.Content.ReadAsStringAsync(Ct));
    }

    private async Task RecordAsync(HttpContext http)
    {
        // The API servers of the cluster and of Prometheus answer below /api/v1.
        var path = http.Request.Path;
        if (!path.StartsWithSegments("/api") || path.StartsWithSegments("/api/v1")) return;
        http.Request.EnableBuffering();
        using var reader = new StreamReader(http.Request.Body, leaveOpen: true);
        string body = await reader.ReadToEndAsync(http.RequestAborted);
        http.Request.Body.Position = 0;
        lock (_requests) _requests.Add(($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}", body));
    }
}
