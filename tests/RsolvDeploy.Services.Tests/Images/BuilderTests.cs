using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Preflight;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>The check <c>environment.builder</c> on real engines and builders.</summary>
public sealed class BuilderTests(DockerServer docker) : IDisposable
{
    private readonly BuildFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, "by BuildKit, ")]
    [InlineData("0", "by the classic builder (DOCKER_BUILDKIT=0), ")]
    public async Task A_real_engine_reports_version_platform_builder_and_free_space(string? buildkit, string text)
    {
        await docker.RequireAsync(Ct);

        CheckOutcome outcome = await EvaluateAsync(
            _folder.Target(docker.Registry, docker.Host, image => image with { MaxSize = 1 }), buildkit);

        Assert.Equal(CheckStatus.Passed, outcome.Status);
        Assert.StartsWith("Docker Engine ", outcome.Evidence, StringComparison.Ordinal);
        Assert.Contains(text, outcome.Evidence, StringComparison.Ordinal);
        Assert.EndsWith(" free", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_free_space_for_the_image_is_a_failure()
    {
        await docker.RequireAsync(Ct);

        CheckOutcome outcome = await EvaluateAsync(
            _folder.Target(docker.Registry, docker.Host, image => image with { MaxSize = long.MaxValue / 2 }));

        Assert.Equal(CheckStatus.Failed, outcome.Status);
        Assert.Contains("needs twice that", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_separate_builder_supports_indexes_without_an_engine_and_the_engines_builder_does_not()
    {
        await docker.RequireAsync(Ct);
        BuildxPlugin.Require(_folder.Path);
        await using BuildKitServer builder = await BuildKitServer.RequireAsync(Ct);
        string name = await builder.RegisterAsync(Path.Combine(_folder.Path, ".docker"), Ct);
        Target target = _folder.Target(docker.Registry, docker.Host, image => image with { Platforms = ["linux/amd64", "linux/arm64"] });

        CheckOutcome own = await EvaluateAsync(target);
        CheckOutcome remote = await EvaluateAsync(
            target with { Image = target.Image! with { Buildx = name, Builder = "unix:///nowhere.sock" } });
        var fault = await Assert.ThrowsAsync<DeployException>(() =>
            EvaluateAsync(target with { Image = target.Image! with { Buildx = "nobody" } }));

        Assert.Equal([CheckStatus.Failed, CheckStatus.Passed], [own.Status, remote.Status]);
        Assert.Contains("which is asked for by image.platforms", own.Evidence, StringComparison.Ordinal);
        Assert.Contains("(driver remote)", remote.Evidence, StringComparison.Ordinal);
        Assert.Equal("BuildxBuilderMissing", fault.Id);
    }

    private Task<CheckOutcome> EvaluateAsync(Target target, string? buildkit = null)
    {
        var environment = new DockerEnvironment(
            name => name switch { "PATH" => Environment.GetEnvironmentVariable("PATH"), "DOCKER_BUILDKIT" => buildkit, _ => null },
            _folder.Path);
        return Builder.EvaluateAsync(target, target.Image!, environment, Ct);
    }
}
