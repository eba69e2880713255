using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>The real <c>docker buildx</c> with a real engine as its builder.</summary>
[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class BuildxTests(DockerServer docker) : IDisposable
{
    private static readonly string[] PluginFolders = ["/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins"];

    private readonly BuildFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_build_secret_reaches_its_step_and_nothing_else()
    {
        await RequireAsync();
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nRUN --mount=type=secret,id=token --mount=type=secret,id=file cat /run/secrets/token /run/secrets/file && stat -c %s /run/secrets/token > /length\n")
            .With(".dockerignore", ".docker\n")
            .With("secret.txt", "sbxsecret-in-a-file");
        Target target = _folder.Target(docker.Registry, docker.Host, image => image with
        {
            Secrets = [new BuildSecretSettings("token") { Env = "RSOLV_TEST_TOKEN" }, new BuildSecretSettings("file") { File = Path.Combine(_folder.Path, "secret.txt") }],
            Args = new Dictionary<string, string> { ["GREETING"] = "hello" },
        });
        var reporter = new RecordingReporter();

        PublishedImage image = await PublishAsync(target, reporter, Ct);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        string built = image.Checks.Single(check => check.Id == "image.built").Evidence;
        Assert.Contains("buildx", built, StringComparison.Ordinal);
        Assert.Contains("image.secrets", built, StringComparison.Ordinal);
        Assert.Contains(reporter.Lines, line => line.Trim() == "******");        // both values, side by side, taken out
        Assert.DoesNotContain(reporter.Lines, line => line.Contains("sbxsecret", StringComparison.Ordinal));
        Assert.Contains(reporter.Updates, update => update.Status.Contains("RUN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_step_that_fails_in_buildx_is_named_with_its_last_lines()
    {
        await RequireAsync();
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nRUN --mount=type=secret,id=token seq 1 3 && exit 7\n").With(".dockerignore", ".docker\n");

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(WithToken(), new RecordingReporter(), Ct));

        Assert.Equal("BuildFailed", fault.Id);
        Assert.Contains("seq 1 3", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["  1", "  2", "  3"], fault.Message.Split('\n')[^3..]);
    }

    [Fact]
    public async Task Stopping_ends_the_program_and_the_build_on_the_engine()
    {
        await RequireAsync();
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nRUN echo now && sleep 27182\n").With(".dockerignore", ".docker\n");
        var reporter = new RecordingReporter { Awaited = "now" };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task<PublishedImage> publish = PublishAsync(WithToken(), reporter, stop.Token);
        await Task.WhenAny(reporter.Seen, publish);
        Assert.True(await PrometheusWait.UntilAsync(() => Task.FromResult(RunningProgram.IsThere("sleep", "27182")), TimeSpan.FromSeconds(10), Ct), "The step did not run.");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish.WaitAsync(TimeSpan.FromSeconds(2), Ct));
        Assert.True(await PrometheusWait.UntilAsync(() => Task.FromResult(!RunningProgram.IsThere("sleep", "27182")), TimeSpan.FromSeconds(10), Ct), "The step went on.");
    }

    [Fact]
    public async Task Several_platforms_with_provenance_and_a_cache_in_the_registry_come_from_a_builder_of_ones_own()
    {
        await RequireAsync();
        await using BuildKitServer builder = await BuildKitServer.RequireAsync(Ct);
        string name = await builder.RegisterAsync(Path.Combine(_folder.Path, ".docker"), Ct);
        _folder.With("Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY only-$TARGETARCH.txt /app.txt\n").With(".dockerignore", ".docker\n").With("only-amd64.txt", "amd64").With("only-arm64.txt", "arm64");
        string cache = $"{docker.Registry}/rsolv-dev/cache:main";
        Target target = _folder.Target(docker.Registry, docker.Host, image => image with
        {
            Buildx = name,
            Platforms = ["linux/amd64", "linux/arm64"],
            Attestations = new AttestationSettings(Sbom: false, "max"),
            CacheTo = [cache],
            CacheFrom = [cache],
        });

        PublishedImage image = await PublishAsync(target, new RecordingReporter(), Ct, network: null);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Equal(["linux/amd64", "linux/arm64"], image.Platforms);
        Assert.Contains("index", image.Checks.Single(check => check.Id == "image.manifest").Evidence, StringComparison.Ordinal);
        Assert.Contains(image.Attestations, attestation => attestation.Contains("provenance", StringComparison.Ordinal));
        Assert.Equal(3, image.Tags.Count);
        Assert.All(image.Checks.Where(check => check.Id.StartsWith("image.", StringComparison.Ordinal)), check => Assert.NotEqual(CheckStatus.Failed, check.Status));

        PublishedImage again = await PublishAsync(target, new RecordingReporter(), Ct, network: null);
        Assert.Contains("cached", again.Checks.Single(check => check.Id == "image.built").Evidence, StringComparison.Ordinal);
    }

    private Target WithToken() => _folder.Target(docker.Registry, docker.Host, image => image with { Secrets = [new BuildSecretSettings("token") { Env = "RSOLV_TEST_TOKEN" }] });

    private async Task RequireAsync()
    {
        await docker.RequireAsync(Ct);
        string? plugin = PluginFolders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')).Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, "docker-buildx")).FirstOrDefault(File.Exists);
        string? why = DockerProgram.WhyMissing("docker", "docker.io") ?? (plugin is null ? "The plugin docker-buildx is not installed (Debian has no package of it), so this test has no real buildx to ask." : null);
        Assert.SkipWhen(why is not null, why ?? "");
        string folder = Path.Combine(_folder.Path, ".docker", "cli-plugins");
        Directory.CreateDirectory(folder);
        File.CreateSymbolicLink(Path.Combine(folder, "docker-buildx"), plugin!);
    }

    private Task<PublishedImage> PublishAsync(Target target, RecordingReporter reporter, CancellationToken ct, string? network = "host") =>
        new ImagePublisher(new DockerEnvironment(Variable, _folder.Path)).PublishAsync(
            ImagePublisher.Plan(target, "p1", DateTimeOffset.UtcNow) with { NetworkMode = network }, "run-1", reporter, ct);

    private static string? Variable(string name) => name switch
    {
        "PATH" => Environment.GetEnvironmentVariable("PATH"),
        "RSOLV_TEST_TOKEN" => "sbxsecret-token",
        _ => null,
    };
}
