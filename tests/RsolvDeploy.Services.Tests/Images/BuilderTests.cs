using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Preflight;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>What <c>environment.builder</c> says of real engines and builders.</summary>
public sealed class BuilderTests(DockerServer docker) : IDisposable
{
    private readonly BuildFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, "by BuildKit, ")]
    [InlineData("0", "by the classic builder (DOCKER_BUILDKIT=0), ")]
    public async Task A_real_engine_tells_version_platform_builder_and_room(string? buildkit, string words)
    {
        await docker.RequireAsync(Ct);

        CheckOutcome found = await LookAsync(_folder.Target(docker.Registry, docker.Host, image => image with { MaxSize = 1 }), buildkit);

        Assert.Equal(CheckStatus.Passed, found.Status);
        Assert.StartsWith("Docker Engine ", found.Evidence, StringComparison.Ordinal);
        Assert.Contains(words, found.Evidence, StringComparison.Ordinal);
        Assert.EndsWith(" free", found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Room_that_is_too_little_for_the_image_is_a_failure()
    {
        await docker.RequireAsync(Ct);

        CheckOutcome found = await LookAsync(_folder.Target(docker.Registry, docker.Host, image => image with { MaxSize = long.MaxValue / 2 }));

        Assert.Equal(CheckStatus.Failed, found.Status);
        Assert.Contains("needs twice that", found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_builder_of_indexes_needs_no_engine_and_the_engines_own_makes_none()
    {
        await docker.RequireAsync(Ct);
        BuildxPlugin.Require(_folder.Path);
        await using BuildKitServer builder = await BuildKitServer.RequireAsync(Ct);
        string name = await builder.RegisterAsync(Path.Combine(_folder.Path, ".docker"), Ct);
        Target target = _folder.Target(docker.Registry, docker.Host, image => image with { Platforms = ["linux/amd64", "linux/arm64"] });

        CheckOutcome own = await LookAsync(target);
        CheckOutcome remote = await LookAsync(target with { Image = target.Image! with { Buildx = name, Builder = "unix:///nowhere.sock" } });
        var fault = await Assert.ThrowsAsync<DeployException>(() => LookAsync(target with { Image = target.Image! with { Buildx = "nobody" } }));

        Assert.Equal([CheckStatus.Failed, CheckStatus.Passed], [own.Status, remote.Status]);
        Assert.Contains("which is asked for by image.platforms", own.Evidence, StringComparison.Ordinal);
        Assert.Contains("(driver remote)", remote.Evidence, StringComparison.Ordinal);
        Assert.Equal("BuildxBuilderMissing", fault.Id);
    }

    private Task<CheckOutcome> LookAsync(Target target, string? buildkit = null)
    {
        var environment = new DockerEnvironment(name => name switch { "PATH" => Environment.GetEnvironmentVariable("PATH"), "DOCKER_BUILDKIT" => buildkit, _ => null }, _folder.Path);
        return Builder.EvaluateAsync(target, target.Image!, environment, Ct);
    }
}
