using System.Security.Cryptography;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>A real engine pushes to a real registry through a proxy that injects faults.</summary>
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
    public async Task An_upload_that_is_cut_within_a_layer_is_retried()
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
    public async Task A_transient_error_of_the_registry_is_retried(int status, string headers)
    {
        await using RegistryProxy proxy = await OpenAsync();
        var failed = new HashSet<string>();
        // Each manifest is refused once: that of the engine and those that the publisher writes.
        proxy.Respond = request =>
        {
            lock (failed) return IsManifest(request) && failed.Add(request) ? RegistryProxy.Response(status, headers) : null;
        };

        PublishedImage image = await PublishAsync(proxy);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Equal(3, failed.Count);
    }

    [Theory]
    [InlineData(500, "PushFailed")]
    [InlineData(401, "RegistryUnauthorized")]
    public async Task A_registry_that_always_refuses_is_a_clear_error(int status, string id)
    {
        await using RegistryProxy proxy = await OpenAsync();
        proxy.Respond = request => IsManifest(request) ? RegistryProxy.Response(status) : null;

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(proxy));

        Assert.Equal(id, fault.Id);
        Assert.Equal(CheckStatus.Failed, fault.Result.Checks.Single(check => check.Id == "image.pushed").Status);
    }

    [Fact]
    public async Task A_registry_that_stores_another_digest_than_was_pushed_is_refused()
    {
        await using RegistryProxy proxy = await OpenAsync();
        proxy.Respond = request => request.Contains("/manifests/sha256:", StringComparison.Ordinal) ? RegistryProxy.Response(404) : null;

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(proxy));

        Assert.Equal("RegistryDigestMismatch", fault.Id);
    }

    [Fact]
    public async Task Slow_responses_and_passwords_are_supported()
    {
        // deployer with the password sbxsecret-registry
        await docker.RequireAsync(Ct);
        await using RegistryServer closed = await RegistryServer.StartAsync(
            "deployer:$2b$05$abcdefghijklmnopqrstuuGuVHCRPCA85dWiR9QZ1ZS/98/Myjpe.\n", Ct);
        await using RegistryProxy proxy = await OpenAsync(closed.Host);
        proxy.Forwarding = (_, sent) => sent == 0 ? Task.Delay(300, Ct) : Task.CompletedTask;
        _folder.WithLogin(proxy.Host).With(".dockerignore", ".docker\n");

        Assert.Equal(StepStatus.Succeeded, (await PublishAsync(proxy)).Status);
    }

    [Fact]
    public async Task Stopping_within_a_layer_ends_at_once_and_reports_what_was_pushed()
    {
        await using RegistryProxy proxy = await OpenAsync();
        var uploading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var blocked = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        proxy.Forwarding = (request, sent) =>
        {
            if (!IsUpload(request) || sent < LayerSize / 4) return Task.CompletedTask;
            uploading.TrySetResult();
            return Task.Delay(Timeout.Infinite, blocked.Token);
        };
        var reporter = new RecordingReporter();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task<PublishedImage> publish = PublishAsync(proxy, reporter, stop.Token);
        await Task.WhenAny(uploading.Task, publish);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish.WaitAsync(TimeSpan.FromSeconds(2), Ct));
        Assert.Contains(reporter.Lines, line => line.Contains("pushed to", StringComparison.Ordinal)
            && line.Contains(": nothing; not pushed: production-2", StringComparison.Ordinal));
        await blocked.CancelAsync();
    }

    private static bool IsUpload(string request) => request.StartsWith("PATCH ", StringComparison.Ordinal);

    private static bool IsManifest(string request) =>
        request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains("/manifests/", StringComparison.Ordinal);

    private async Task<RegistryProxy> OpenAsync(string? registry = null)
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", "FROM scratch\nCOPY app.bin /app.bin\n");
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "app.bin"), RandomNumberGenerator.GetBytes(LayerSize), Ct);
        return new RegistryProxy(registry ?? docker.Registry);
    }

    private Task<PublishedImage> PublishAsync(RegistryProxy proxy, IReporter? reporter = null, CancellationToken? ct = null) =>
        new ImagePublisher(new DockerEnvironment(_ => null, _folder.Path)).PublishAsync(
            PublishPlanner.Plan(_folder.Target(proxy.Host, docker.Host), "push", DateTimeOffset.UtcNow),
            new PublishRun("run-1", reporter ?? SilentReporter.Instance),
            ct ?? Ct);
}
