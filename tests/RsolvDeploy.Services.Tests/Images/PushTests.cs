using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>A real engine pushes to a real registry, with a proxy between that does what connections do.</summary>
[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class PushTests(DockerServer docker) : IDisposable
{
    private const int LayerSize = 4 << 20;

    private readonly BuildFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Three_tags_send_the_layers_once()
    {
        await using RegistryProxy proxy = await OpenAsync();

        PublishedImage image = await PublishAsync(proxy);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.InRange(proxy.Uploaded, LayerSize, LayerSize + (64 << 10));
        Assert.Equal(2, proxy.Requests.Count(IsUpload));      // one layer, one configuration
        Assert.Equal(3, proxy.Requests.Count(IsManifest));
        Assert.Contains("compressed", image.Checks.Single(check => check.Id == "image.size").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_cut_within_a_layer_is_taken_up_again()
    {
        await using RegistryProxy proxy = await OpenAsync();
        int cuts = 0;
        proxy.Cut = request => IsUpload(request) && Interlocked.Increment(ref cuts) == 1 ? LayerSize / 2 : null;

        PublishedImage image = await PublishAsync(proxy);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.True(cuts > 1);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(429, "Retry-After: 1\r\n")]
    [InlineData(503, "")]
    public async Task A_registry_that_cannot_just_now_is_asked_again(int status, string headers)
    {
        await using RegistryProxy proxy = await OpenAsync();
        var failed = new HashSet<string>();
        // Each manifest is refused once: the engine's, and those that the registry is given directly.
        proxy.Answer = request =>
        {
            lock (failed) return IsManifest(request) && failed.Add(request) ? RegistryProxy.Say(status, headers) : null;
        };

        PublishedImage image = await PublishAsync(proxy);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Equal(3, failed.Count);
    }

    [Theory]
    [InlineData(500, "PushFailed")]
    [InlineData(401, "RegistryUnauthorized")]
    public async Task A_registry_that_never_takes_it_is_a_clear_error(int status, string id)
    {
        await using RegistryProxy proxy = await OpenAsync();
        proxy.Answer = request => IsManifest(request) ? RegistryProxy.Say(status) : null;

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(proxy));

        Assert.Equal(id, fault.Id);
        Assert.Equal(CheckStatus.Failed, fault.Result.Checks.Single(check => check.Id == "image.pushed").Status);
    }

    [Fact]
    public async Task A_registry_that_stores_another_digest_than_was_pushed_is_refused()
    {
        await using RegistryProxy proxy = await OpenAsync();
        proxy.Answer = request => request.Contains("/manifests/sha256:", StringComparison.Ordinal) ? RegistryProxy.Say(404) : null;

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(proxy));

        Assert.Equal("RegistryDigestMismatch", fault.Id);
    }

    [Fact]
    public async Task Slow_answers_and_passwords_are_no_obstacle()
    {
        // deployer with the password sbxsecret-registry
        await docker.RequireAsync(Ct);
        await using RegistryServer closed = await RegistryServer.StartAsync("deployer:$2b$05$abcdefghijklmnopqrstuuGuVHCRPCA85dWiR9QZ1ZS/98/Myjpe.\n", Ct);
        await using RegistryProxy proxy = await OpenAsync(closed.Host);
        proxy.Passing = (_, sent) => sent == 0 ? Task.Delay(300, Ct) : Task.CompletedTask;
        _folder.With(".docker/config.json", new JsonObject
        {
            ["auths"] = new JsonObject { [proxy.Host] = new JsonObject { ["auth"] = Convert.ToBase64String("deployer:sbxsecret-registry"u8) } },
        }.ToJsonString()).With(".dockerignore", ".docker\n");

        Assert.Equal(StepStatus.Succeeded, (await PublishAsync(proxy)).Status);
    }

    [Fact]
    public async Task Stopping_within_a_layer_ends_at_once_and_says_what_was_pushed()
    {
        await using RegistryProxy proxy = await OpenAsync();
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var hold = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        proxy.Passing = (request, sent) =>
        {
            if (!IsUpload(request) || sent < LayerSize / 4) return Task.CompletedTask;
            underWay.TrySetResult();
            return Task.Delay(Timeout.Infinite, hold.Token);
        };
        var reporter = new RecordingReporter();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task<PublishedImage> publish = PublishAsync(proxy, reporter, stop.Token);
        await Task.WhenAny(underWay.Task, publish);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish.WaitAsync(TimeSpan.FromSeconds(2), Ct));
        Assert.Contains(reporter.Lines, line => line.Contains("pushed to", StringComparison.Ordinal) && line.Contains(": nothing; not pushed: production-2", StringComparison.Ordinal));
        await hold.CancelAsync();
    }

    private static bool IsUpload(string request) => request.StartsWith("PATCH ", StringComparison.Ordinal);

    private static bool IsManifest(string request) => request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains("/manifests/", StringComparison.Ordinal);

    private async Task<RegistryProxy> OpenAsync(string? registry = null)
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", "FROM scratch\nCOPY app.bin /app.bin\n");
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "app.bin"), RandomNumberGenerator.GetBytes(LayerSize), Ct);
        return new RegistryProxy(registry ?? docker.Registry);
    }

    private Task<PublishedImage> PublishAsync(RegistryProxy proxy, IReporter? reporter = null, CancellationToken? ct = null) =>
        new ImagePublisher(new DockerEnvironment(_ => null, _folder.Path)).PublishAsync(
            PublishPlanner.Plan(_folder.Target(proxy.Host, docker.Host), "push", DateTimeOffset.UtcNow), new PublishRun("run-1", reporter ?? SilentReporter.Instance), ct ?? Ct);
}
