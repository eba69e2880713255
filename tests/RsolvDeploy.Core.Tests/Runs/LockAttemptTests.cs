using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>Every attempt of a write is preceded by a proof of the lock, and the lock survives whatever the server answers.</summary>
public sealed class LockAttemptTests : IAsyncDisposable
{
    private static readonly Target Target = new()
    {
        Name = "test",
        ConfigurationPath = "rsolv.yaml",
        Namespace = "shop",
        Deployment = "web",
        Environment = "test",
    };

    private readonly ObservedTime _time = new() { SkipsDelays = true };
    private readonly List<string> _seen = [];
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _renewed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ScriptedApi? _api;
    private JsonObject? _lease;
    private int _version;
    private string? _oddAnswer;
    private Func<HttpContext, Task> _patch = http => http.Response.WriteAsync("{}", Ct);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(401)]
    public async Task An_attempt_is_not_sent_when_the_lock_was_lost_after_the_attempt_before(int status)
    {
        using var cluster = await ConnectAsync();
        await using var held = await AcquireAsync(cluster);
        _patch = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.RetryAfter = "3";
            Store(new LeaseManifest(DeploymentLock.NameOf(Target), "somebody else", DateTimeOffset.UtcNow));
            return Task.CompletedTask;
        };
        cluster.Guard = new WriteGuard((_, write) => write(), held.ProveAsync);
        var fault = await Assert.ThrowsAsync<DeployException>(() => cluster.PatchAsync(
            ResourceKind.Deployments, "shop", "web", new PatchRequest(PatchKind.Merge, new JsonObject()), Ct));
        Assert.Equal("LockLost", fault.Id);
        Assert.Contains("somebody else", fault.Message, StringComparison.Ordinal);
        Assert.Single(_seen, one => one.StartsWith("PATCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_proof_is_the_last_request_before_each_attempt()
    {
        using var cluster = await ConnectAsync();
        await using var held = await AcquireAsync(cluster);
        var attempts = 0;
        _patch = async http =>
        {
            http.Response.StatusCode = ++attempts < 3 ? 429 : 200;
            await http.Response.WriteAsync("{}", Ct);
        };
        cluster.Guard = new WriteGuard((_, write) => write(), held.ProveAsync);
        _seen.Clear();
        await cluster.PatchAsync(ResourceKind.Deployments, "shop", "web", new PatchRequest(PatchKind.Merge, new JsonObject()), Ct);
        Assert.Equal(["PUT lease", "PATCH", "PUT lease", "PATCH", "PUT lease", "PATCH"], _seen);
    }

    [Theory]
    [InlineData("200 {}")]
    [InlineData("200 []")]
    [InlineData("200 null")]
    [InlineData("200 ")]
    [InlineData("200 <html>")]
    [InlineData("200 {\"metadata\":3,\"spec\":[]}")]
    [InlineData(
        "200 {\"metadata\":{\"resourceVersion\":\"\"},"
            + "\"spec\":{\"holderIdentity\":7,\"renewTime\":\"x\",\"leaseDurationSeconds\":1e99}}")]
    [InlineData("409 {}")]
    [InlineData("500 {}")]
    [InlineData("503 <html>")]
    [InlineData("302 ")]
    [InlineData("403 {\"kind\":\"Status\",\"message\":\"no\"}")]
    [InlineData("cut")]
    public async Task Renewal_and_release_survive_any_answer(string answer)
    {
        using var cluster = await ConnectAsync();
        var held = await AcquireAsync(cluster);
        _oddAnswer = answer;
        Assert.NotEqual("LockLost", (await Assert.ThrowsAnyAsync<DeployException>(() => held.ProveAsync(Ct))).Id);
        _oddAnswer = null;
        await held.ProveAsync(Ct);
        _oddAnswer = answer;
        await held.DisposeAsync();
    }

    [Fact]
    public async Task A_deleted_lease_is_a_lost_lock()
    {
        using var cluster = await ConnectAsync();
        await using var held = await AcquireAsync(cluster);
        _lease = null;
        var fault = await Assert.ThrowsAsync<DeployException>(() => held.ProveAsync(Ct));
        Assert.Equal("LockLost", fault.Id);
        Assert.Contains("deleted", fault.Message, StringComparison.Ordinal);
        Assert.Null(_lease);
    }

    [Fact]
    public async Task A_lease_that_was_deleted_and_created_by_another_run_is_a_lost_lock()
    {
        using var cluster = await ConnectAsync();
        await using var held = await AcquireAsync(cluster);
        _lease = null;
        Store(new LeaseManifest(DeploymentLock.NameOf(Target), "somebody else", DateTimeOffset.UtcNow));
        var fault = await Assert.ThrowsAsync<DeployException>(() => held.ProveAsync(Ct));
        Assert.Equal("LockLost", fault.Id);
        Assert.Contains("somebody else", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewal_that_is_never_answered_is_given_up_and_repeated_before_the_lock_expires()
    {
        using var cluster = await ConnectAsync();
        var time = new FakeTimeProvider();
        await using var held = await DeploymentLock.AcquireAsync(
            cluster, Target, LockRequest.AtOnce("run-a") with { Clock = time }, SilentReporter.Instance, Ct);
        _oddAnswer = "silent";
        time.Advance(TimeSpan.FromSeconds(10));
        await _silent.Task.WaitAsync(Ct);
        _oddAnswer = null;
        // The time of the renewal is over, and its next turn comes.
        time.Advance(TimeSpan.FromSeconds(10));
        await _renewed.Task.WaitAsync(Ct);
        await held.ProveAsync(Ct);
    }

    private static Task<DeploymentLock> AcquireAsync(ClusterClient cluster) => DeploymentLock.AcquireAsync(
        cluster, Target, LockRequest.AtOnce("run-a"), SilentReporter.Instance, Ct);

    private async Task<ClusterClient> ConnectAsync()
    {
        _api = await ScriptedApi.StartAsync(null, AnswerAsync);
        return new ClusterClient(_api.Connection() with { Credentials = new RenewedCredential() }, SilentReporter.Instance, _time);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (!http.Request.Path.Value!.Contains("leases", StringComparison.Ordinal))
        {
            _seen.Add(http.Request.Method);
            await _patch(http);
            return;
        }

        _seen.Add($"{http.Request.Method} lease");
        if (http.Request.Method == "GET") await ShowAsync(http);
        else if (_oddAnswer is { } odd) await AnswerOddlyAsync(http, odd);
        else await WriteAsync(http);
    }

    private async Task WriteAsync(HttpContext http)
    {
        var wanted = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body, cancellationToken: Ct))!;
        var version = wanted["metadata"]!["resourceVersion"]?.GetValue<string>();
        // As Kubernetes does: what is replaced and not there is created, unless its uid is given.
        var isOther = _lease is null
            ? wanted["metadata"]!["uid"] is not null
            : version is not null && version != _lease["metadata"]!["resourceVersion"]!.GetValue<string>();
        if (isOther) http.Response.StatusCode = 409;
        else Store(wanted);
        await http.Response.WriteAsync(isOther ? "{}" : _lease!.ToJsonString(), Ct);
        if (_silent.Task.IsCompleted) _renewed.TrySetResult();
    }

    private void Store(JsonObject lease)
    {
        lease["metadata"]!["uid"] ??= $"uid-{_version}";
        lease["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _lease = lease;
    }

    private async Task ShowAsync(HttpContext http)
    {
        http.Response.StatusCode = _lease is null ? 404 : 200;
        await http.Response.WriteAsync(
            _lease?.ToJsonString() ?? """{"kind":"Status","code":404,"reason":"NotFound","details":{"kind":"leases"}}""", Ct);
    }

    private async Task AnswerOddlyAsync(HttpContext http, string odd)
    {
        if (odd == "silent")
        {
            _silent.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (odd == "cut")
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = int.Parse(odd[..3], CultureInfo.InvariantCulture);
        await http.Response.WriteAsync(odd[4..], Ct);
    }

    /// <summary>A credential that is renewed whenever the server refuses it.</summary>
    private sealed class RenewedCredential : CredentialSource
    {
        public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Credential.None);

        public override bool Reject(Credential refused) => true;
    }
}
