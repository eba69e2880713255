using System.Net;
using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class RegistryClientTests : IDisposable
{
    private const string Index = """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
        {"digest":"sha256:1","platform":{"os":"linux","architecture":"amd64"}},
        {"digest":"sha256:2","platform":{"os":"linux","architecture":"arm","variant":"v7"}},
        {"digest":"sha256:3","platform":{"os":"unknown","architecture":"unknown"}}]}
        """;

    private static readonly ImageReference Repository = ImageReference.Parse("registry.example/rsolv/platform");

    private readonly BuildFolder _home = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_token_is_requested_from_the_named_service_and_reused()
    {
        LogIn("registry.example", "deployer:sbxsecret");
        var registry = new FakeRegistry(request => request.RequestUri!.Host == "auth.example"
            ? FakeRegistry.Say(HttpStatusCode.OK, """{"token":"t0"}""")
            : request.Headers.Authorization?.Parameter == "t0" ? FakeRegistry.Say(HttpStatusCode.OK, Index)
            : FakeRegistry.Challenge(
                """Bearer realm="https://auth.example/token",service="registry.example",scope="repository:rsolv/platform:pull,push" """));
        using RegistryClient client = Client(registry);

        RegistryManifest? manifest = await client.FindManifestAsync("v1", Ct);
        await client.FindManifestAsync("v2", Ct);

        Assert.Equal(["linux/amd64", "linux/arm/v7"], manifest!.Images.Select(i => i.Platform));
        Assert.Equal(
            [
                "GET https://registry.example/v2/rsolv/platform/manifests/v1",
                "GET https://auth.example/token?service=registry.example&scope=repository%3Arsolv%2Fplatform%3Apull%2Cpush Basic",
                "GET https://registry.example/v2/rsolv/platform/manifests/v1 Bearer",
                "GET https://registry.example/v2/rsolv/platform/manifests/v2 Bearer",
            ],
            registry.Requests);
    }

    [Theory]
    [InlineData("https://auth.example/token", "{\"token\":\"a\",\"token\":\"b\"}")]
    [InlineData("https://auth.example/token", "{\"token\":\"\\udc00\"}")]
    [InlineData("https://auth.example/token", "{\"token\":\"a\\r\\nX: y\"}")]
    [InlineData("https://auth.example/token", "[1]")]
    [InlineData("https://auth.example/token", "<html>")]
    [InlineData("ftp://auth.example/token", "{\"token\":\"a\"}")]
    [InlineData("nowhere", "{\"token\":\"a\"}")]
    public async Task A_token_service_that_returns_garbage_is_named(string realm, string body)
    {
        LogIn("registry.example", "deployer:sbxsecret");
        var registry = new FakeRegistry(request => request.RequestUri!.Host == "auth.example"
            ? FakeRegistry.Say(HttpStatusCode.OK, body)
            : FakeRegistry.Challenge($"Bearer realm=\"{realm}\",service=\"x\""));
        using RegistryClient client = Client(registry);

        var fault = await Assert.ThrowsAsync<DeployException>(() => client.FindManifestAsync("v1", Ct));

        Assert.Equal("RegistryAnswerInvalid", fault.Id);
        Assert.DoesNotContain("sbxsecret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_is_never_sent_in_clear_text()
    {
        LogIn("registry.example", "deployer:sbxsecret");
        var registry = new FakeRegistry(_ => FakeRegistry.Challenge("""Bearer realm="http://auth.example/token",service="x" """));
        using RegistryClient client = Client(registry);

        var fault = await Assert.ThrowsAsync<DeployException>(() => client.FindManifestAsync("v1", Ct));

        Assert.Equal("RegistryInsecure", fault.Id);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_registry_that_refuses_is_named_with_the_user()
    {
        LogIn("registry.example", "deployer:sbxsecret");
        var registry = new FakeRegistry(request => request.RequestUri!.Host == "auth.example"
            ? FakeRegistry.Say(HttpStatusCode.Unauthorized)
            : FakeRegistry.Challenge("""Bearer realm="https://auth.example/token",service="x" """));
        using RegistryClient client = Client(registry);

        var fault = await Assert.ThrowsAsync<DeployException>(() => client.FindDigestAsync("v1", Ct));

        Assert.Equal("RegistryUnauthorized", fault.Id);
        Assert.Contains("deployer", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sbxsecret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_digest_header_the_bytes_are_requested()
    {
        using RegistryClient client = Client(
            new FakeRegistry(request => FakeRegistry.Say(HttpStatusCode.OK, request.Method == HttpMethod.Head ? "" : Index)));

        Assert.Equal(
            $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Index)))}", await client.FindDigestAsync("v1", Ct));
    }

    [Fact]
    public async Task Bytes_that_are_not_those_of_the_digest_are_refused()
    {
        using RegistryClient client = Client(new FakeRegistry(_ => FakeRegistry.Say(HttpStatusCode.OK, Index)));

        var fault = await Assert.ThrowsAsync<DeployException>(() => client.FindManifestAsync($"sha256:{new string('0', 64)}", Ct));

        Assert.Equal("RegistryDigestMismatch", fault.Id);
    }

    [Fact]
    public async Task A_web_server_that_is_no_registry_is_named()
    {
        using RegistryClient client = Client(new FakeRegistry(_ => FakeRegistry.Say(HttpStatusCode.OK, "<html>", "text/html")));

        var fault = await Assert.ThrowsAsync<DeployException>(() => client.FindManifestAsync("v1", Ct));

        Assert.Equal("RegistryAnswerInvalid", fault.Id);
    }

    [Fact]
    public async Task A_request_to_a_busy_registry_is_repeated()
    {
        int asked = 0;
        using RegistryClient client = Client(
            new FakeRegistry(_ => FakeRegistry.Say(asked++ == 0 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, Index)));

        Assert.NotNull(await client.FindManifestAsync("v1", Ct));
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData("127.0.0.1:5000", "http")]
    [InlineData("localhost:5000", "http")]
    [InlineData("[::1]:5000", "http")]
    [InlineData("10.0.0.1:5000", "https")]
    [InlineData("ghcr.io", "https")]
    [InlineData("docker.io", "https")]
    public void Plain_HTTP_is_spoken_on_loopback_only(string host, string scheme) => Assert.Equal(scheme, RegistryAddress.For(host).Scheme);

    private RegistryClient Client(FakeRegistry registry) => new(Repository, Environment(), registry);

    private DockerEnvironment Environment() => new(name => name == "PATH" ? _home.Path : null, _home.Path);

    private void LogIn(string host, string credential) => _home.With(
        ".docker/config.json",
        $$"""{"auths": {"{{host}}": {"auth": "{{Convert.ToBase64String(Encoding.UTF8.GetBytes(credential))}}"} } }""");
}
