using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto.Generators;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class PublishTests(DockerServer docker) : IDisposable
{
    private static readonly DateTimeOffset Instant = new(2026, 11, 24, 13, 4, 5, TimeSpan.Zero);

    private readonly BuildFolder _folder = new BuildFolder()
        .With("Dockerfile", "FROM scratch\nCOPY app.txt /app.txt\nLABEL dev.rsolv.test=published\n")
        .With("app.txt", "hello");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_real_engine_builds_and_a_real_registry_serves_the_digest_under_every_tag()
    {
        await docker.RequireAsync(Ct);
        var reporter = new RecordingReporter();

        PublishedImage image = await PublishAsync(_folder.Target(docker.Registry, docker.Host), reporter);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Equal(["production-20261124-130405", "production-p1", "production-latest"], image.Tags);
        Assert.All(image.Checks, check => Assert.True(check.Status == CheckStatus.Passed, $"{check}: {check.Evidence}"));
        Assert.Equal(["linux/amd64"], image.Platforms);
        foreach (string tag in image.Tags) Assert.Equal(image.Digest, await DigestServedAsync(tag));
        JsonNode config = await ConfigServedAsync(image.Digest!);
        Assert.Equal("published", (string?)config["config"]!["Labels"]!["dev.rsolv.test"]);
        Assert.Contains(reporter.Updates, u => u.Status.Contains("[1/1] COPY app.txt", StringComparison.Ordinal));
        Assert.Contains(
            reporter.Updates,
            u => u.Activity.StartsWith("Pushing", StringComparison.Ordinal) && u.Status.Contains("layer", StringComparison.Ordinal));

        ResolvedImage resolved = await Publisher().ResolveAsync(image.Target.Settings!, "production-latest", Ct);
        Assert.Equal(image.Reference, resolved.Reference);
        var fault = await Assert.ThrowsAsync<DeployException>(() => Publisher().ResolveAsync(image.Target.Settings!, "no-such-tag", Ct));
        Assert.Equal("ImageNotFound", fault.Id);
    }

    [Fact]
    public async Task A_real_registry_shows_whether_a_user_may_push_and_stores_nothing()
    {
        await using RegistryServer open = await RegistryServer.StartAsync(null, Ct);
        await TryUploadAsync(open.Host, null);
        using var http = new HttpClient();
        Assert.Contains(
            "\"repositories\":[]", await http.GetStringAsync(new Uri($"http://{open.Host}/v2/_catalog"), Ct), StringComparison.Ordinal);

        await using RegistryServer closed = await RegistryServer.StartAsync(
            $"user:{OpenBsdBCrypt.Generate("2y", "right".ToCharArray(), RandomNumberGenerator.GetBytes(16), 5)}\n", Ct);
        Assert.Equal("RegistryUnauthorized", (await Assert.ThrowsAsync<DeployException>(() => TryUploadAsync(closed.Host, null))).Id);
        var wrong = await Assert.ThrowsAsync<DeployException>(() => TryUploadAsync(closed.Host, "wrong"));
        Assert.Contains("docker login", wrong.Remedy, StringComparison.Ordinal);
        await TryUploadAsync(closed.Host, "right");
    }

    private static async Task TryUploadAsync(string host, string? password)
    {
        var logins = password is null
            ? []
            : JsonNode.Parse($$"""{ "auths": { "{{host}}": { "username": "user", "password": "{{password}}" } } }""")!.AsObject();
        using var registry = new RegistryClient(
            ImageReference.Parse($"{host}/some/app"), DockerEnvironment.Current, logins: DockerConfigFile.For(logins, "test"));
        await registry.TryUploadAsync(Ct);
    }

    [Fact]
    public async Task An_image_is_labeled_with_its_commit_and_an_unchanged_one_is_recognised()
    {
        await docker.RequireAsync(Ct);
        Git("init", "--quiet");
        Git("add", "--all");
        Git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", "first");
        Git("remote", "add", "origin", "https://user:hunter2secret@git.example/app.git");
        Git("tag", "v1.2.3");
        Target target = _folder.Target(docker.Registry, docker.Host);

        PublishedImage first = await PublishAsync(target, SilentReporter.Instance);
        JsonNode labels = (await ConfigServedAsync(first.Digest!))["config"]!["Labels"]!;
        Assert.Equal(first.Source!.Commit, (string?)labels["org.opencontainers.image.revision"]);
        Assert.Equal("https://git.example/app.git", (string?)labels["org.opencontainers.image.source"]);
        Assert.Equal("v1.2.3", (string?)labels["org.opencontainers.image.version"]);
        Assert.False(first.Unchanged);
        PublishedImage again = await PublishAsync(target, SilentReporter.Instance);
        Assert.Equal((first.Digest, true), (again.Digest, again.Unchanged));

        _folder.With("added.txt", "in no commit");
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => PublishAsync(target, SilentReporter.Instance));
        Assert.Equal("SourceDirty", fault.Id);
        Assert.Contains("added.txt", fault.Message, StringComparison.Ordinal);
        PublishedImage dirty = await Publisher().PublishAsync(
            PublishPlanner.Plan(target, "p1", Instant) with { AllowDirty = true }, new PublishRun("run-1", SilentReporter.Instance), Ct);
        Assert.Equal(1, dirty.Source!.Uncommitted);
        Assert.Equal(
            $"{first.Source.Commit}-dirty",
            (string?)(await ConfigServedAsync(dirty.Digest!))["config"]!["Labels"]!["org.opencontainers.image.revision"]);
    }

    private void Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git");
        foreach (string argument in (string[])["-C", _folder.Path, .. arguments]) start.ArgumentList.Add(argument);
        using var git = Process.Start(start)!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }

    [Fact]
    public async Task An_engine_behind_TLS_is_used_with_its_own_authority_and_refused_under_another()
    {
        await docker.RequireAsync(Ct);
        Target target = _folder.Target(docker.Registry, docker.SecureHost);

        PublishedImage image = await new ImagePublisher(Environment(("DOCKER_CERT_PATH", docker.CertificateFolder)))
            .PublishAsync(Plan(target), new PublishRun("run-1", SilentReporter.Instance), Ct);
        Assert.Equal(StepStatus.Succeeded, image.Status);

        string foreign = Path.Combine(_folder.Path, "foreign");
        DockerCertificates.Write(foreign);
        var fault = await Assert.ThrowsAsync<PublishException>(() =>
            new ImagePublisher(Environment(("DOCKER_CERT_PATH", foreign))).PublishAsync(
                Plan(target), new PublishRun("run-1", SilentReporter.Instance), Ct));
        Assert.Equal("DockerUnreachable", fault.Id);

        string otherName = docker.SecureHost.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<PublishException>(
            () => new ImagePublisher(Environment(("DOCKER_CERT_PATH", docker.CertificateFolder)))
                .PublishAsync(Plan(_folder.Target(docker.Registry, otherName)), new PublishRun("run-1", SilentReporter.Instance), Ct));
        Assert.Equal("DockerUnreachable", fault.Id);
    }

    [Fact]
    public async Task A_registry_with_passwords_accepts_the_login_of_docker()
    {
        await docker.RequireAsync(Ct);
        // deployer with the password sbxsecret-registry
        await using RegistryServer registry = await RegistryServer.StartAsync(
            "deployer:$2b$05$abcdefghijklmnopqrstuuGuVHCRPCA85dWiR9QZ1ZS/98/Myjpe.\n", Ct);
        Target target = _folder.Target(registry.Host, docker.Host);

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(target, SilentReporter.Instance));
        Assert.Equal("RegistryUnauthorized", fault.Id);

        _folder.WithLogin(registry.Host);
        PublishedImage image = await PublishAsync(target, SilentReporter.Instance);
        Assert.Equal(StepStatus.Succeeded, image.Status);
    }

    [Fact]
    public async Task An_unreachable_registry_is_reported_and_the_built_image_is_kept()
    {
        await docker.RequireAsync(Ct);

        var fault = await Assert.ThrowsAsync<PublishException>(() =>
            PublishAsync(_folder.Target("127.0.0.1:1", docker.Host), SilentReporter.Instance));

        Assert.Equal("RegistryUnreachable", fault.Id);
        Assert.NotNull(fault.Result.ImageId);
        Assert.Equal(CheckStatus.Passed, fault.Result.Checks.Single(c => c.Id == "image.built").Status);
        Assert.Equal(CheckStatus.Failed, fault.Result.Checks.Single(c => c.Id == "image.pushed").Status);
    }

    private static ImagePlan Plan(Target target) => PublishPlanner.Plan(target, "p1", Instant) with { NetworkMode = "host" };

    private Task<PublishedImage> PublishAsync(Target target, IReporter reporter, CancellationToken? ct = null) =>
        Publisher().PublishAsync(Plan(target), new PublishRun("run-1", reporter), ct ?? Ct);

    private ImagePublisher Publisher() => new(Environment());

    private DockerEnvironment Environment(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(v => v.Name == name).Value, _folder.Path);

    private async Task<string> DigestServedAsync(string tag)
    {
        byte[] content = await GetAsync($"manifests/{tag}");
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
    }

    private async Task<JsonNode> ConfigServedAsync(string digest)
    {
        JsonNode manifest = JsonNode.Parse(await GetAsync($"manifests/{digest}"))!;
        return JsonNode.Parse(await GetAsync($"blobs/{manifest["config"]!["digest"]}"))!;
    }

    private async Task<byte[]> GetAsync(string path)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.docker.distribution.manifest.v2+json"));
        return await http.GetByteArrayAsync(new Uri($"http://{docker.Registry}/v2/rsolv-dev/rsolv-platform/{path}"), Ct);
    }
}
