using System.Net;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class GitHubPackagesTests : IDisposable
{
    private const string Digest = "sha256:abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd";

    private readonly BuildFolder _home = new BuildFolder().With(
        ".docker/config.json", """{ "auths": { "ghcr.io": { "username": "deployer", "password": "sbxsecret-token" } } }""");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task The_version_is_found_on_a_later_page_of_an_organisation()
    {
        var github = new FakeRegistry(request => request.RequestUri!.Query.Contains("page=2", StringComparison.Ordinal)
            ? FakeRegistry.Say(
                HttpStatusCode.OK,
                $$$$"""[{"id":77,"name":"{{{{Digest}}}}","metadata":{"container":{"tags":["production-latest","production-p1"]}}}]""")
            : Linked("""[{"id":1,"name":"sha256:other"}]""", new Uri(request.RequestUri, "?per_page=100&page=2")));

        PackageVersion? version = await Packages(github).FindAsync(Digest, Ct);

        Assert.Equal((77, "production-latest, production-p1"), (version!.Id, string.Join(", ", version.Tags)));
        Assert.Equal(
            [
                "GET https://github.test/orgs/rsolv-dev/packages/container/platform%2Fapp/versions?per_page=100 Bearer",
                "GET https://github.test/orgs/rsolv-dev/packages/container/platform%2Fapp/versions?per_page=100&page=2 Bearer",
            ],
            github.Requests);
    }

    [Fact]
    public async Task An_owner_that_is_no_organization_is_requested_as_a_user()
    {
        var github = new FakeRegistry(request => request.RequestUri!.AbsolutePath.StartsWith("/orgs/", StringComparison.Ordinal)
            ? FakeRegistry.Say(HttpStatusCode.NotFound)
            : FakeRegistry.Say(HttpStatusCode.OK, $$"""[{"id":5,"name":"{{Digest}}"}]"""));

        Assert.Equal(5, (await Packages(github).FindAsync(Digest, Ct))!.Id);
        Assert.Null(await Packages(new FakeRegistry(_ => FakeRegistry.Say(HttpStatusCode.OK, "[]"))).FindAsync(Digest, Ct));
    }

    [Fact]
    public async Task The_token_does_not_follow_a_page_that_leads_elsewhere()
    {
        var github = new FakeRegistry(request => request.RequestUri!.Host == "github.test"
            ? Linked("[]", new Uri("https://elsewhere.test/2"))
            : FakeRegistry.Say(HttpStatusCode.OK, "[]"));

        await Packages(github).FindAsync(Digest, Ct);

        Assert.Equal("GET https://elsewhere.test/2", github.Requests[^1]);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "GitHubUnauthorized")]
    [InlineData(HttpStatusCode.Forbidden, "GitHubForbidden")]
    [InlineData(HttpStatusCode.NotFound, "GitHubPackageNotFound")]
    [InlineData(HttpStatusCode.BadGateway, "GitHubUnreachable")]
    public async Task A_refusal_is_named_without_the_token(HttpStatusCode status, string id)
    {
        var fault = await Assert.ThrowsAsync<DeployException>(() =>
            Packages(new FakeRegistry(_ => FakeRegistry.Say(status, "no"))).FindAsync(Digest, Ct));

        Assert.Equal(id, fault.Id);
        Assert.DoesNotContain("sbxsecret", fault.ToString(), StringComparison.Ordinal);
    }

    private static HttpResponseMessage Linked(string body, Uri next)
    {
        HttpResponseMessage answer = FakeRegistry.Say(HttpStatusCode.OK, body);
        answer.Headers.TryAddWithoutValidation("Link", $"<{next}>; rel=\"next\"");
        return answer;
    }

    private GitHubPackages Packages(HttpMessageHandler github) => new(
        ImageReference.Parse("ghcr.io/rsolv-dev/platform/app"),
        new DockerEnvironment(name => name == "GITHUB_API_URL" ? "https://github.test" : null, _home.Path),
        github);
}
