using System.Text.Json.Nodes;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>The real <c>docker buildx</c> with a real engine as its builder.</summary>
[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class BuildxTests(DockerServer docker) : IDisposable
{
    private readonly BuildFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_build_secret_reaches_its_step_and_nothing_else()
    {
        await RequireAsync();
        _folder.With(
            "Dockerfile",
            $"FROM {DockerServer.BaseImage}\nRUN --mount=type=secret,id=token --mount=type=secret,id=file cat /run/secrets/token "
                + "/run/secrets/file && stat -c %s /run/secrets/token > /length\n")
            .With(".dockerignore", ".docker\n")
            .With("secret.txt", "sbxsecret-in-a-file");
        Target target = _folder.Target(docker.Registry, docker.Host, image => image with
        {
            Secrets =
            [
                new BuildSecretSettings("token") { Env = "RSOLV_TEST_TOKEN" },
                new BuildSecretSettings("file") { File = Path.Combine(_folder.Path, "secret.txt") },
            ],
            Args = new Dictionary<string, string> { ["GREETING"] = "hello" },
        });
        var reporter = new RecordingReporter();

        PublishedImage image = await PublishAsync(target, reporter, Ct);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        string built = image.Checks.Single(check => check.Id == "image.built").Evidence;
        Assert.Contains("buildx", built, StringComparison.Ordinal);
        Assert.Contains("image.secrets", built, StringComparison.Ordinal);
        Assert.Contains(reporter.Lines, line => line.Trim() == "******");        // both values are redacted
        Assert.DoesNotContain(reporter.Lines, line => line.Contains("sbxsecret", StringComparison.Ordinal));
        Assert.Contains(reporter.Updates, update => update.Status.Contains("RUN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_step_that_fails_in_buildx_is_reported_with_its_last_lines()
    {
        await RequireAsync();
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nRUN --mount=type=secret,id=token seq 1 3 && exit 7\n").With(
            ".dockerignore", ".docker\n");

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
        await Task.WhenAny(reporter.Arrived, publish);
        Assert.True(
            await Polling.UntilAsync(() => Task.FromResult(RunningProgram.IsRunning("sleep", "27182")), TimeSpan.FromSeconds(10), Ct),
            "The step did not run.");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish.WaitAsync(TimeSpan.FromSeconds(2), Ct));
        Assert.True(
            await Polling.UntilAsync(() => Task.FromResult(!RunningProgram.IsRunning("sleep", "27182")), TimeSpan.FromSeconds(10), Ct),
            "The step still runs.");
    }

    [Fact]
    public async Task A_separate_builder_supports_several_platforms_provenance_and_a_cache_in_the_registry()
    {
        await RequireAsync();
        await using BuildKitServer builder = await BuildKitServer.RequireAsync(Ct);
        string name = await builder.RegisterAsync(Path.Combine(_folder.Path, ".docker"), Ct);
        _folder
            .With("Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY only-$TARGETARCH.txt /app.txt\n")
            .With(".dockerignore", ".docker\n")
            .With("only-amd64.txt", "amd64")
            .With("only-arm64.txt", "arm64");
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
        Assert.All(
            await DescribeAsync(target, image), shown => Assert.StartsWith("provenance: built", shown, StringComparison.Ordinal));
        Assert.Equal(3, image.Tags.Count);
        Assert.All(
            image.Checks.Where(check => check.Id.StartsWith("image.", StringComparison.Ordinal)),
            check => Assert.NotEqual(CheckStatus.Failed, check.Status));

        PublishedImage again = await PublishAsync(target, new RecordingReporter(), Ct, network: null);
        Assert.Contains("cached", again.Checks.Single(check => check.Id == "image.built").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configured_generator_lists_the_content_of_the_image()
    {
        await RequireAsync();
        await using BuildKitServer builder = await BuildKitServer.RequireAsync(Ct);
        string name = await builder.RegisterAsync(Path.Combine(_folder.Path, ".docker"), Ct);
        string generator = await PushGeneratorAsync();
        _folder.With("Dockerfile", "FROM scratch\nCOPY app.txt /app.txt\n").With(".dockerignore", ".docker\n").With("app.txt", "app");
        Target target = _folder.Target(
            docker.Registry,
            docker.Host,
            image => image with { Buildx = name, Attestations = new AttestationSettings(Sbom: true, null) { Generator = generator } });

        PublishedImage image = await PublishAsync(target, new RecordingReporter(), Ct, network: null);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Equal(["https://spdx.dev/Document"], image.Attestations);
        Assert.Equal(["linux/amd64"], image.Platforms);
        Assert.Contains("app.txt", await AttestedAsync(image), StringComparison.Ordinal);
        Assert.StartsWith("SBOM: 0 packages", Assert.Single(await DescribeAsync(target, image)), StringComparison.Ordinal);
    }

    // A generator by BuildKit's protocol: variables name the folder of the image's files and that of its statement.
    private async Task<string> PushGeneratorAsync()
    {
        using BuildFolder folder = new BuildFolder()
            .With("Dockerfile", $"FROM {DockerServer.BaseImage}\nCOPY scan /scan\nENTRYPOINT [\"/bin/sh\", \"/scan\"]\n")
            .With(
                "scan",
                """
                files=$(cd "$BUILDKIT_SCAN_SOURCE" && echo *)
                echo '{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"spdxVersion":"SPDX-2.3","comment":"'"$files"'"}}' > "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"
                """);
        Target target = folder.Target(
            docker.Registry, docker.Host, image => image with { Repository = $"{docker.Registry}/rsolv-dev/generator" });
        PublishedImage generator = await PublishAsync(target, new RecordingReporter(), Ct, network: null);
        return generator.Reference!;
    }

    private static async Task<IReadOnlyList<string>> DescribeAsync(Target target, PublishedImage image) =>
        [.. (await ImageAttestations.ReadAsync(target, image.Reference!, DockerEnvironment.Current, Ct)).Select(one => one.Summary)];

    // The statement in the attestation of the index.
    private static async Task<string> AttestedAsync(PublishedImage image)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation(
            "Accept", "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json");
        string[] parts = image.Repository.Split('/', 2);
        JsonNode index = (await GetAsync($"manifests/{image.Digest}"))!;
        JsonNode beside = index["manifests"]!
            .AsArray()
            .Single(one => (string?)one!["annotations"]?["vnd.docker.reference.type"] == "attestation-manifest")!;
        JsonNode manifest = (await GetAsync($"manifests/{beside["digest"]}"))!;
        return (await GetAsync($"blobs/{manifest["layers"]![0]!["digest"]}"))!.ToJsonString();

        async Task<JsonNode?> GetAsync(string path) =>
            JsonNode.Parse(await http.GetStringAsync(new Uri($"http://{parts[0]}/v2/{parts[1]}/{path}"), Ct));
    }

    private Target WithToken() => _folder.Target(
        docker.Registry, docker.Host, image => image with { Secrets = [new BuildSecretSettings("token") { Env = "RSOLV_TEST_TOKEN" }] });

    private async Task RequireAsync()
    {
        await docker.RequireAsync(Ct);
        BuildxPlugin.Require(_folder.Path);
    }

    private Task<PublishedImage> PublishAsync(Target target, RecordingReporter reporter, CancellationToken ct, string? network = "host") =>
        new ImagePublisher(new DockerEnvironment(Variable, _folder.Path)).PublishAsync(
            PublishPlanner.Plan(target, "p1", DateTimeOffset.UtcNow) with { NetworkMode = network }, new PublishRun("run-1", reporter), ct);

    private static string? Variable(string name) => name switch
    {
        "PATH" => Environment.GetEnvironmentVariable("PATH"),
        "RSOLV_TEST_TOKEN" => "sbxsecret-token",
        _ => null,
    };
}
