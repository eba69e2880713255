using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class SandboxPublishTests : IDisposable
{
    private static readonly DateTimeOffset Timestamp = new(2026, 11, 24, 15, 4, 5, TimeSpan.FromHours(2));

    private readonly BuildFolder _folder = new BuildFolder()
        .With("Dockerfile", "FROM scratch\nCOPY app.txt /app.txt\nLABEL dev.rsolv.sandbox.behavior=healthy\n")
        .With("app.txt", "hello");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Publish_builds_pushes_and_reads_every_tag_back()
    {
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), Ct);
        Target target = Describe(services);
        var reporter = new RecordingReporter();

        PublishedImage image = await Publisher().PublishAsync(
            PublishPlanner.Plan(target, "rfc060-phase5", Timestamp), new PublishRun("run-1", reporter), Ct);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Equal(["production-20261124-130405", "production-rfc060-phase5", "production-latest"], image.Tags);
        Assert.Equal(
            [
                "image.built", "image.tag.timestamp", "image.tag.phase", "image.tag.latest", "image.size", "image.pushed", "image.visible",
                "image.manifest",
            ],
            image.Checks.Select(c => c.Id));
        Assert.All(image.Checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal(image.Digest, services.Images.FindPushed(image.Reference!)?.Digest);
        Assert.Equal("healthy", services.Images.FindPushed(image.Reference!)?.Behavior);
        Assert.Equal(["linux/amd64"], image.Platforms);
        Assert.Contains(reporter.Updates, u => u.Status.Contains("COPY app.txt", StringComparison.Ordinal));
        Assert.All(reporter.Updates.GroupBy(u => u.Activity), activity => Assert.True(activity.Last().Completed));
    }

    [Fact]
    public async Task Publish_without_a_phase_skips_its_tag_and_the_check()
    {
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), Ct);

        PublishedImage image = await Publisher().PublishAsync(
            PublishPlanner.Plan(Describe(services), null, Timestamp), new PublishRun("run-1", SilentReporter.Instance), Ct);

        Assert.Equal(["production-20261124-130405", "production-latest"], image.Tags);
        Assert.Equal(CheckStatus.Skipped, image.Checks.Single(c => c.Id == "image.tag.phase").Status);
        Assert.Equal(StepStatus.Succeeded, image.Status);
    }

    [Fact]
    public async Task A_failing_build_step_is_named_and_later_checks_are_skipped()
    {
        _folder.With("Dockerfile", "FROM alpine:3\nRUN echo compiling && exit 3\n");
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), Ct);

        var fault = await Assert.ThrowsAsync<PublishException>(() => Publish(Describe(services)));

        Assert.Equal("BuildFailed", fault.Id);
        Assert.Contains("RUN echo compiling", fault.Message, StringComparison.Ordinal);
        Assert.Contains("exit code: 3", fault.Message, StringComparison.Ordinal);
        Assert.Equal(StepStatus.Failed, fault.Result.Status);
        Assert.Equal(CheckStatus.Failed, fault.Result.Checks[0].Status);
        Assert.All(fault.Result.Checks.Skip(1), check => Assert.Equal(CheckStatus.Skipped, check.Status));
        Assert.Null(fault.Result.Reference);
    }

    [Fact]
    public async Task An_image_above_its_limit_is_not_pushed()
    {
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), Ct);

        var fault = await Assert.ThrowsAsync<PublishException>(() => Publish(Describe(services, image => image with { MaxSize = 2 })));

        Assert.Equal("ImageTooLarge", fault.Id);
        Assert.Contains("COPY", fault.Message, StringComparison.Ordinal); // the largest layers, by what made them
        Assert.Equal(CheckStatus.Failed, fault.Result.Checks.Single(c => c.Id == "image.size").Status);
        Assert.Equal(CheckStatus.Skipped, fault.Result.Checks.Single(c => c.Id == "image.pushed").Status);
        Assert.Null(services.Images.FindPushed($"{services.RegistryHost}/rsolv-dev/rsolv-platform:production-latest"));
    }

    [Fact]
    public async Task A_push_continues_when_the_registry_is_available_again()
    {
        var faults = new FaultInjector();
        await using ServicesHost services = await ServicesHost.StartAsync(faults, Ct);
        faults.Inject(Fault.RegistryDown);

        PublishedImage image = await Publish(Describe(services));

        Assert.Equal(StepStatus.Succeeded, image.Status);
    }

    [Fact]
    public async Task A_registry_that_stays_down_is_named()
    {
        var faults = new FaultInjector();
        await using ServicesHost services = await ServicesHost.StartAsync(faults, Ct);
        faults.Inject(Fault.RegistryDown, -1);

        var fault = await Assert.ThrowsAsync<PublishException>(() => Publish(Describe(services)));

        Assert.Equal("RegistryUnreachable", fault.Id);
        Assert.Contains(services.RegistryHost, fault.Message, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Failed, fault.Result.Checks.Single(c => c.Id == "image.pushed").Status);
    }

    [Fact]
    public async Task A_registry_that_requires_a_credential_is_named_and_accepts_docker_login()
    {
        var options = new ServicesOptions { RegistryCredential = new RegistryCredential("deployer", "sbxsecret-registry") };
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), options, Ct);

        var fault = await Assert.ThrowsAsync<PublishException>(() => Publish(Describe(services)));
        Assert.Equal("RegistryUnauthorized", fault.Id);

        string auth = Convert.ToBase64String("deployer:sbxsecret-registry"u8);
        _folder.With("config/config.json", $$"""{"auths": {"{{services.RegistryHost}}": {"auth": "{{auth}}"} } }""");
        PublishedImage image = await Publish(Describe(services));

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.DoesNotContain("sbxsecret", System.Text.Json.JsonSerializer.Serialize(image), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_returns_the_digest_of_a_tag_and_of_a_digest()
    {
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), Ct);
        StoredImage seeded = services.Images.SeedPushed("rsolv-dev/rsolv-platform", "v1", "healthy");
        Target target = Describe(services);

        ResolvedImage byTag = await Publisher().ResolveAsync(target, "v1", Ct);
        ResolvedImage byDigest = await Publisher().ResolveAsync(target, seeded.Digest, Ct);
        ResolvedImage byName = await Publisher().ResolveAsync(target, $"{target.Image!.Repository}:v1", Ct);

        Assert.Equal($"{target.Image.Repository}@{seeded.Digest}", byTag.Reference);
        Assert.Equal(byTag.Reference, byDigest.Reference);
        Assert.Equal(byTag.Reference, byName.Reference);
    }

    [Fact]
    public async Task Resolve_of_an_unknown_tag_names_the_registry()
    {
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), Ct);

        var fault = await Assert.ThrowsAsync<DeployException>(() => Publisher().ResolveAsync(Describe(services), "v9", Ct));

        Assert.Equal("ImageNotFound", fault.Id);
        Assert.NotEmpty(fault.Remedy);
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_named()
    {
        var fault = await Assert.ThrowsAsync<PublishException>(() => Publish(
            _folder.Target("127.0.0.1:1/rsolv-dev/rsolv-platform", image => image with { Builder = "tcp://127.0.0.1:1" })));

        Assert.Equal("DockerUnreachable", fault.Id);
        Assert.Contains("127.0.0.1:1", fault.Message, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Failed, fault.Result.Checks[0].Status);
    }

    [Fact]
    public async Task A_context_that_cannot_be_archived_is_named_instead_of_the_engine()
    {
        _folder.With(".dockerignore", "fine\nbroken[\n");
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), Ct);

        var fault = await Assert.ThrowsAsync<PublishException>(() => Publish(Describe(services)));

        Assert.Equal("DockerIgnoreInvalid", fault.Id);
    }

    [Fact]
    public async Task The_values_of_build_arguments_are_nowhere_to_be_read()
    {
        _folder.With("Dockerfile", "FROM alpine:3\nARG TOKEN\nRUN echo $TOKEN && exit 3\n");
        await using ServicesHost services = await ServicesHost.StartAsync(new FaultInjector(), Ct);
        var reporter = new RecordingReporter();
        Target target = Describe(services, image => image with { Args = new Dictionary<string, string> { ["TOKEN"] = "sbxsecret-token" } });
        ImagePlan plan = PublishPlanner.Plan(target, "p", Timestamp);

        var fault = await Assert.ThrowsAsync<PublishException>(() => Publisher().PublishAsync(plan, new PublishRun("run-1", reporter), Ct));

        Assert.Equal(["TOKEN"], plan.BuildArguments);
        Assert.DoesNotContain("sbxsecret", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(reporter.Lines, line => line.Contains("sbxsecret", StringComparison.Ordinal));
        Assert.DoesNotContain(reporter.Updates, update => update.Status.Contains("sbxsecret", StringComparison.Ordinal));
    }

    private Task<PublishedImage> Publish(Target target) =>
        Publisher().PublishAsync(PublishPlanner.Plan(target, "p", Timestamp), new PublishRun("run-1", SilentReporter.Instance), Ct);

    private ImagePublisher Publisher() =>
        new(new DockerEnvironment(name => name == "DOCKER_CONFIG" ? Path.Combine(_folder.Path, "config") : null, _folder.Path));

    private Target Describe(ServicesHost services, Func<ImageSettings, ImageSettings>? change = null) => _folder.Target(
        $"{services.RegistryHost}/rsolv-dev/rsolv-platform",
        image =>
        {
            image = image with { Builder = services.Engine.ToString(), MaxSize = 1_000_000_000, Platforms = ["linux/amd64"] };
            return change is null ? image : change(image);
        });
}
