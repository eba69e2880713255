using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>
/// Whatever a registry answers after the first push, the publish ends with its failed result, and the error names the registry.
/// </summary>
public sealed class GarbageRegistryTests : IDisposable
{
    private readonly BuildFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Documents =>
    [
        "", "\0", "[[[", "null", "\"text\"", "<html>busy</html>",
        "{\"mediaType\":\"a\",\"mediaType\":\"b\"}",
        "{\"mediaType\":\"\\ud800\"}",
        "{\"mediaType\":\"a b c\"}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"digest\":\"../../../secret\"}}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"layers\":[{\"size\":9223372036854775807},"
            + "{\"size\":9223372036854775807}]}",
        "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[{\"digest\":\"sha256:x/../y\","
            + "\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}",
        "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[[],7,{\"platform\":\"linux\"}]}",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_publish_that_is_continued_ends_with_its_failed_result(string document)
    {
        using var registry = new HealthServer(document);
        var plan = Plan(registry);
        var (image, error) = await ContinueAsync(
            plan, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document)))}");

        Assert.Equal(StepStatus.Failed, image.Status);
        Assert.Equal(
            CheckStatus.Failed,
            Assert.Single(image.Checks, check => check.Status is not (CheckStatus.Passed or CheckStatus.Skipped)).Status);
        Assert.Equal((plan.Repository, plan.Tags.Count), (image.Repository, image.Tags.Count));
        if (error is not null) Assert.StartsWith("Registry", error.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_digest_that_the_registry_does_not_serve_is_named()
    {
        using var registry = new HealthServer("{}");
        var (image, error) = await ContinueAsync(Plan(registry), $"sha256:{new string('0', 64)}");
        Assert.Equal((StepStatus.Failed, "RegistryDigestMismatch"), (image.Status, error?.Id));
    }

    private ImagePlan Plan(HealthServer registry) =>
        PublishPlanner.Plan(
            _folder.With("Dockerfile", "FROM alpine:3\n").Target($"{registry.Url.Authority}/rsolv-dev/rsolv-platform"),
            "p1",
            new DateTimeOffset(2026, 11, 24, 13, 4, 5, TimeSpan.Zero));

    private async Task<(PublishedImage Image, DeployException? Error)> ContinueAsync(ImagePlan plan, string digest)
    {
        var publisher = new ImagePublisher(new DockerEnvironment(_ => null, _folder.Path));
        try
        {
            return (await publisher.ContinueAsync(plan, digest, new PublishRun("run-1", SilentReporter.Instance), Ct), null);
        }
        catch (PublishException e)
        {
            return (e.Result, e);
        }
    }
}
