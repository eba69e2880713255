using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Identity;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>The forms in which runtimes report an image, held against a registry.</summary>
public sealed class ImageComparerTests : IAsyncLifetime
{
    private static readonly string Other = $"sha256:{new string('7', 64)}";
    private ServicesHost? _services;
    private ImageIndexes? _indexes;
    private string _first = "";
    private string _second = "";
    private string _config = "";
    private string _different = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await ServicesHost.StartAsync(new FaultInjector(), Ct);
        _different = $"{_services.RegistryHost}/app@{_services.Images.SeedPushed("app", "other", "healthy").Digest}";
        _indexes = new ImageIndexes($"{_services.RegistryHost}/app@{_services.Images.SeedPushed("app", "one", "healthy").Digest}");
        (_first, _second) = await _indexes.PushAsync(Ct);
        _config = _services.Images.FindPushed(_second)!.ConfigDigest;
    }

    public async ValueTask DisposeAsync()
    {
        _indexes!.Dispose();
        await _services!.DisposeAsync();
    }

    [Theory]
    [InlineData("{second}")]
    [InlineData("docker-pullable://{second}")]
    [InlineData("mirror.test/cache/app@{digest}")]
    [InlineData("{first}")]
    [InlineData("docker-pullable://{first}")]
    [InlineData("{manifest}")]
    [InlineData("docker://{config}")]
    [InlineData("{config}")]
    [InlineData("{hex}")]
    public async Task Every_name_of_the_same_content_is_proven(string reported)
    {
        var verdict = await CompareAsync(Filled(reported));
        Assert.True(verdict.IsSame, verdict.Reason);
    }

    // S is the image that was asked for, D another one; each after its platform.
    [Theory]
    [InlineData("rebuilt for several nodes", "linux/amd64=S linux/arm64=D", "linux/amd64=S linux/arm64=D", "", true)]
    [InlineData("converted for lazy loading beside the plain one", "linux/amd64=S linux/amd64=D", "linux/amd64=S linux/amd64=D",
        "linux/amd64", true)]
    [InlineData("converted in the mirror", "linux/amd64=S", "linux/amd64=S linux/amd64=D", "linux/amd64", null)]
    [InlineData("a node that reports no variant", "linux/arm/v7=S", "linux/arm/v7=S", "linux/arm", true)]
    [InlineData("a variant that one builder names", "linux/amd64/v2=S", "linux/amd64=S", "linux/amd64", true)]
    [InlineData("arm64 with and without its variant", "linux/arm64/v8=S", "linux/arm64=S", "linux/arm64", true)]
    [InlineData("no platform named", "=S", "linux/amd64=S", "linux/amd64", true)]
    [InlineData("attestations of each build", "linux/amd64=S unknown/unknown=S", "linux/amd64=S unknown/unknown=D", "", true)]
    [InlineData("a mirror that holds one platform", "linux/amd64=S linux/arm64=D", "linux/arm64=D", "linux/arm64", true)]
    [InlineData("another image on this node alone", "linux/amd64=S linux/arm64=S", "linux/amd64=S linux/arm64=D", "linux/arm64", false)]
    [InlineData("another image on some nodes", "linux/amd64=S linux/arm64=S", "linux/amd64=S linux/arm64=D", "", null)]
    [InlineData("another image on every node", "linux/amd64=S linux/arm64=S", "linux/amd64=D linux/arm64=D", "", false)]
    [InlineData("a platform that was not asked for", "linux/amd64=S", "linux/arm64=D", "linux/arm64", null)]
    public async Task Two_indexes_are_compared_by_what_the_node_takes(
        string situation, string asked, string reported, string node, bool? expected)
    {
        var verdict = await CompareAsync(await PushAsync(reported), expected: await PushAsync(asked), platform: node);
        Assert.True(verdict.IsSame == expected, $"{situation}: {verdict.IsSame}, {verdict.Reason}");
    }

    [Theory]
    [InlineData("{tagged}", "{first}")]
    [InlineData("{tagged}", "{config}")]
    [InlineData("{second}", "docker.io/library/import-2026-11-24@{imported}")]
    [InlineData("{second}", "docker-pullable://{tagged}")]
    public async Task A_tag_beside_the_digest_and_an_import_change_nothing(string asked, string reported)
    {
        var expected = Filled(asked);
        var verdict = await CompareAsync(Filled(reported), expected: expected);
        Assert.True(verdict.IsSame, verdict.Reason);
    }

    private Task<string> PushAsync(string index) => _indexes!.PushAsync(Ct, [.. index.Split(' ').Select(one => one.Split('='))
        .Select(one => (one[0], one[1] == "S" ? _indexes.Reference : _different))]);

    [Fact]
    public async Task CRI_O_names_the_asked_digest_beside_an_image_ID_of_its_own()
    {
        var verdict = await CompareAsync(new string('4', 64), name: _second);
        Assert.True(verdict.IsSame, verdict.Reason);
    }

    [Fact]
    public async Task A_mirror_that_only_the_nodes_reach_is_looked_up_in_the_repository_that_was_asked_for()
    {
        var verdict = await CompareAsync($"mirror.invalid/app@{_first.Split('@')[1]}");
        Assert.True(verdict.IsSame, verdict.Reason);
    }

    [Fact]
    public async Task Another_image_is_another_image()
    {
        var verdict = await CompareAsync(_different);
        Assert.False(verdict.IsSame ?? true, verdict.Reason);
        Assert.Contains(_different, verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no image ID")]
    [InlineData("{other}", "no manifest of the image has")]
    [InlineData("{repository}@{other}", "no registry that can be read has")]
    [InlineData("mirror.invalid/app@{other}", "cannot be used")]
    [InlineData("something else", "no digest")]
    public async Task What_the_registry_cannot_decide_is_not_proven_and_has_its_reason(string reported, string reason)
    {
        var verdict = await CompareAsync(Filled(reported));
        Assert.Null(verdict.IsSame);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
    }

    private string Filled(string reported) => reported
        .Replace("{first}", _first, StringComparison.Ordinal)
        .Replace("{second}", _second, StringComparison.Ordinal)
        .Replace("{digest}", _second.Split('@')[1], StringComparison.Ordinal)
        .Replace("{manifest}", _indexes!.Reference, StringComparison.Ordinal)
        .Replace("{tagged}", _second.Replace("@", ":v1@", StringComparison.Ordinal), StringComparison.Ordinal)
        .Replace("{imported}", _indexes!.Reference.Split('@')[1], StringComparison.Ordinal)
        .Replace("{config}", _config, StringComparison.Ordinal)
        .Replace("{hex}", _config["sha256:".Length..], StringComparison.Ordinal)
        .Replace("{repository}", _second.Split('@')[0], StringComparison.Ordinal)
        .Replace("{other}", Other, StringComparison.Ordinal);

    private async Task<IdentityVerdict> CompareAsync(
        string reported, string? name = null, string? expected = null, string platform = "") =>
        await new ImageComparer(
            new ImageContentReader(new DockerEnvironment(_ => null, Path.GetTempPath())), (_, _) => Task.FromResult(platform))
            .CompareAsync(new RunningImage("pod", "app", expected ?? _second, reported) { Name = name }, Ct);
}
