using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.TestData;

namespace RsolvDeploy.Scenarios;

/// <summary>Test data whose key lies in a Secret of the cluster.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class TestDataScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private const string Secret = "platform-api";
    private const string Key = "key-of-the-platform-0123456789";

    private readonly string _run = Runs.RunId.New(DateTimeOffset.UtcNow);
    private readonly ConcurrentQueue<(string Key, string Idempotency, string Body)> _received = new();

    [Theory]
    [InlineData(Key)]
    [InlineData(Key + "\n")]        // as 'echo' writes it
    public async Task The_key_of_the_secret_is_sent_and_never_shown(string stored)
    {
        await CreateAsync(new SecretManifest(Secret) { Text = { ["API_KEY"] = stored } });
        using HttpListener platform = Listen(out Target target);

        SentTestData sent = await SendAsync(target);

        Assert.Equal(StepStatus.Succeeded, sent.Status);
        Assert.Equal([Key, Key], _received.Select(request => request.Key));
        Assert.Equal([$"\"{_run}-validation\"", $"\"{_run}-mitigation\""], _received.Select(request => request.Idempotency));
        Assert.Equal(_received.Select(request => request.Body), sent.Records.Select(record => record.Body));
        // The platform of this scenario quotes the key in its response.
        Assert.All(sent.Records, record => Assert.DoesNotContain(Key, record.Response, StringComparison.Ordinal));
        Assert.All(sent.Checks, check => Assert.DoesNotContain(Key, check.Evidence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resumed_run_sends_the_same_and_keeps_the_counters_from_before()
    {
        await CreateAsync(new SecretManifest(Secret) { Text = { ["API_KEY"] = Key } });
        using HttpListener platform = Listen(out Target target);
        var counters = new CounterBaseline(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero))
        {
            Series = [new CounterValue("runs_total", new Dictionary<string, string> { ["instance"] = "a" }, 7, DateTimeOffset.UnixEpoch)],
        };
        await SendAsync(target);
        var facts = JsonSerializer.SerializeToElement(new TestDataFacts(counters), TestDataJson.Default.TestDataFacts);
        var interrupted = new RunStep(new PlannedStep(StepKind.TestData, JsonDocument.Parse("{}").RootElement)) { Facts = facts };

        SentTestData sent = await SendAsync(target, new ResumedStep(interrupted, new ProbeResult(false, "it is sent again")));

        Assert.Equal(4, _received.Count);
        Assert.Equal(2, _received.Distinct().Count());
        Assert.Equal((7.0, 2), (sent.Baseline!.Counters!.Series.Single().Value, sent.Baseline.Counters.Sent));
    }

    [Fact]
    public async Task A_key_that_is_missing_or_no_text_is_named_before_anything_is_sent()
    {
        using HttpListener platform = Listen(out Target target);

        var missing = await Assert.ThrowsAnyAsync<DeployException>(() => SendAsync(target));
        await CreateAsync(new SecretManifest(Secret) { Text = { ["OTHER"] = "x", ["API_KEY"] = "two words" } });
        var invalid = await Assert.ThrowsAnyAsync<DeployException>(() => SendAsync(target));

        Assert.Equal(("TestDataKeyMissing", "TestDataKeyInvalid"), (missing.Id, invalid.Id));
        Assert.DoesNotContain("two words", invalid.Message, StringComparison.Ordinal);
        Assert.Empty(_received);
    }

    private async Task<SentTestData> SendAsync(Target target, ResumedStep? resumed = null)
    {
        var journal = new PipelineJournal(new OpenLedgers());
        try
        {
            using var context = new StepContext(target, new StepJournal(journal, StepKind.TestData, target, _run), Cluster)
            {
                Resumed = resumed,
            };
            var outcome = await StepInvocation.Create(new TestDataStep(), new TestDataOptions()).RunAsync(context, Ct);
            return outcome.Error is { } error ? throw error : (SentTestData)outcome.Result;
        }
        finally
        {
            journal.Complete(stopped: true);
        }
    }

    /// <summary>A platform on loopback that accepts every record.</summary>
    private HttpListener Listen(out Target target)
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        int port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        _ = ServeAsync(listener);
        target = On.Target with
        {
            Url = new Uri($"http://127.0.0.1:{port}"),
            Prometheus = null,
            TestData = new TestDataSettings("/phases", "x-api-key", new SecretKeyReference(Secret, "API_KEY"), "own/repo", 1),
        };
        return listener;
    }

    private async Task ServeAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            try
            {
                HttpListenerContext request = await listener.GetContextAsync();
                using var reader = new StreamReader(request.Request.InputStream, Encoding.UTF8);
                string key = request.Request.Headers["x-api-key"] ?? "";
                _received.Enqueue((key, request.Request.Headers["Idempotency-Key"] ?? "", await reader.ReadToEndAsync(Ct)));
                await request.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"accepted with {key}"), Ct);
                request.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
