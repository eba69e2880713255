using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Preflight;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>What is said of the builder, by an engine that answers as the test wants and a stand-in for the docker program.</summary>
public sealed class BuilderTests : IDisposable
{
    private readonly BuildFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1.39", "linux", null, CheckStatus.Passed, "builds linux/amd64 by BuildKit")]
    [InlineData("1.51", "linux", "1", CheckStatus.Passed, "builds linux/amd64 by BuildKit")]
    [InlineData("1.38", "linux", null, CheckStatus.Failed, "has no BuildKit")]
    [InlineData("1.51", "windows", null, CheckStatus.Failed, "has no BuildKit")]
    [InlineData("1.38", "linux", "0", CheckStatus.Passed, "by the classic builder (DOCKER_BUILDKIT=0)")]
    [InlineData("", "linux", null, CheckStatus.Failed, "has no BuildKit")]
    public async Task BuildKit_has_to_be_there_unless_the_classic_builder_is_wished_for(
        string api, string os, string? buildkit, CheckStatus status, string words)
    {
        await using var engine = await EngineAsync(api, os);

        CheckOutcome found = await EvaluateAsync(engine, image => image, buildkit);

        Assert.Equal(status, found.Status);
        Assert.Contains(words, found.Evidence, StringComparison.Ordinal);
        if (status == CheckStatus.Failed) Assert.Contains("DOCKER_BUILDKIT=0", found.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker", "overlayfs", CheckStatus.Failed, "makes no index")]
    [InlineData("docker", "io.containerd.snapshotter.v1", CheckStatus.Passed, "buildx v0.99.0 (driver docker)")]
    [InlineData("docker-container", "overlayfs", CheckStatus.Passed, "no engine is needed")]
    public async Task An_index_needs_a_builder_that_makes_one(string driver, string store, CheckStatus status, string words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        StandIn($"printf 'Name:   farm\\nDriver: {driver}\\n'");
        await using var engine = await EngineAsync("1.51", "linux", store);

        CheckOutcome found = await EvaluateAsync(
            engine, image => image with { Platforms = ["linux/amd64", "linux/arm64"], Buildx = "farm" });

        Assert.Equal(status, found.Status);
        Assert.Contains(words, found.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 'ERROR: no builder \"farm\" found' >&2; exit 1", "no builder \"farm\" found")]
    [InlineData("printf 'Name:   farm\\nDriver: \\nError:  failed to connect\\n'", "failed to connect")]
    public async Task A_builder_of_buildx_that_is_not_there_is_named(string inspect, string words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        StandIn(inspect);
        await using var engine = await EngineAsync("1.51", "linux");

        var fault = await Assert.ThrowsAsync<DeployException>(() => EvaluateAsync(engine, image => image with { Buildx = "farm" }));

        Assert.Equal("BuildxBuilderMissing", fault.Id);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buildx_that_is_needed_and_missing_is_named_with_the_keys_that_need_it()
    {
        await using var engine = await EngineAsync("1.51", "linux");

        var fault = await Assert.ThrowsAsync<DeployException>(() =>
            EvaluateAsync(engine, image => image with { CacheTo = ["ghcr.io/a/b:cache"] }));

        Assert.Equal("BuildxMissing", fault.Id);
        Assert.Contains("image.cacheTo", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_that_the_engine_does_not_build_is_a_risk()
    {
        await using var engine = await EngineAsync("1.51", "linux");

        CheckOutcome found = await EvaluateAsync(engine, image => image with { Platforms = ["linux/arm64"] });

        Assert.Equal(CheckStatus.Warning, found.Status);
        Assert.Contains("linux/arm64 is wanted", found.Evidence, StringComparison.Ordinal);
    }

    private static Task<LoopbackListener> EngineAsync(string api, string os, string store = "overlayfs") => LoopbackListener.StartAsync(
        app =>
        {
            app.MapGet(
                "/version",
                () => Results.Json(new JsonObject { ["Version"] = "99.0", ["ApiVersion"] = api, ["Os"] = os, ["Arch"] = "amd64" }));
            app.MapGet("/info", () => Results.Json(new JsonObject
            {
                ["OSType"] = os,
                ["Architecture"] = "x86_64",
                ["DriverStatus"] = new JsonArray(new JsonArray("driver-type", store)),
            }));
        },
        arriving: null,
        Ct);

    private Task<CheckOutcome> EvaluateAsync(LoopbackListener engine, Func<ImageSettings, ImageSettings> change, string? buildkit = null)
    {
        Target target = _folder.Target(
            "ghcr.io/rsolv-dev/app", image => change(image) with { Builder = $"tcp://{engine.Address.Authority}" });
        var environment = new DockerEnvironment(
            name => name switch { "PATH" => Path.Combine(_folder.Path, "bin"), "DOCKER_BUILDKIT" => buildkit, _ => null }, _folder.Path);
        return Builder.EvaluateAsync(target, target.Image!, environment, Ct);
    }

    private void StandIn(string inspect)
    {
        _folder.With(
            "bin/docker", $"#!/bin/sh\nif [ \"$2\" = version ]; then echo 'github.com/docker/buildx v0.99.0 abc'; exit 0; fi\n{inspect}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Path.Combine(_folder.Path, "bin", "docker"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
