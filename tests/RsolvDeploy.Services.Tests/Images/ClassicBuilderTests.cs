using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>The classic builder of a real engine, which <c>DOCKER_BUILDKIT=0</c> selects, and BuildKit.</summary>
[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class ClassicBuilderTests(DockerServer docker) : IDisposable
{
    private readonly BuildFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task Stages_arguments_and_a_fresh_build_are_the_same_with_both_builders(string buildkit)
    {
        await docker.RequireAsync(Ct);
        _folder.With(
            "Dockerfile",
            $"FROM {DockerServer.BaseImage} AS wanted\nARG NAME\nRUN echo $NAME > /out && cat /out\nFROM wanted AS unwanted\nRUN exit 9\n");
        Target target = _folder.Target(
            docker.Registry,
            docker.Host,
            image => image with { BuildTarget = "wanted", Args = new Dictionary<string, string> { ["NAME"] = $"b{buildkit}" } });

        PublishedImage first = await PublishAsync(target, buildkit, noCache: false);
        PublishedImage again = await PublishAsync(target, buildkit, noCache: false);
        PublishedImage fresh = await PublishAsync(target, buildkit, noCache: true);

        Assert.Equal([StepStatus.Succeeded, StepStatus.Succeeded, StepStatus.Succeeded], [first.Status, again.Status, fresh.Status]);
        Assert.True(again.Unchanged);
        Assert.NotEqual(first.ImageId, fresh.ImageId);
        // BuildKit counts what no instruction creates, such as the base image, as cached.
        if (buildkit == "0") Assert.Contains("(0 cached)", Built(fresh), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_step_is_reported_with_its_last_lines()
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nRUN seq 1 3 && exit 7\n");

        var fault = await Assert.ThrowsAsync<PublishException>(() =>
            PublishAsync(_folder.Target(docker.Registry, docker.Host), "0", noCache: false));

        Assert.Equal("BuildFailed", fault.Id);
        Assert.Contains("RUN seq 1 3", fault.Message, StringComparison.Ordinal);
        Assert.Contains("non-zero code: 7", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["  1", "  2", "  3"], fault.Message.Split('\n')[^3..]);
    }

    private static string Built(PublishedImage image) => image.Checks.Single(check => check.Id == "image.built").Evidence;

    private Task<PublishedImage> PublishAsync(Target target, string buildkit, bool noCache) =>
        new ImagePublisher(new DockerEnvironment(name => name == "DOCKER_BUILDKIT" ? buildkit : null, _folder.Path)).PublishAsync(
            PublishPlanner.Plan(target, "p1", DateTimeOffset.UtcNow) with { NetworkMode = "host", NoCache = noCache },
            new PublishRun("run-1", SilentReporter.Instance),
            Ct);
}
