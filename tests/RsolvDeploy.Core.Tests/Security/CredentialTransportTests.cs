using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Security;

/// <summary>Credentials go only over TLS, and only to the host that they belong to.</summary>
public sealed class CredentialTransportTests : IDisposable
{
    private const string Host = "registry.example";
    private const string Password = "sbxsecret-of-registry";

    private readonly BuildFolder _home = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("http://cluster.example:8080", false)]
    [InlineData("cluster.example:8080", false)]
    [InlineData("http://10.0.0.1:8080", false)]
    [InlineData("http://localhost.example", false)]
    [InlineData("https://cluster.example:6443", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://localhost:8080", true)]
    public void An_API_server_on_another_machine_is_used_over_TLS_only(string server, bool allowed)
    {
        var target = Target(server);
        if (allowed)
        {
            ClusterClient.Connect(target, SilentReporter.Instance).Dispose();
            return;
        }

        var refused = Assert.Throws<DeployException>(() => ClusterClient.Connect(target, SilentReporter.Instance));
        Assert.Equal(("AddressInsecure", FaultCategory.SecurityError), (refused.Id, refused.Category));
        Assert.Contains("context 'c'", refused.Message, StringComparison.Ordinal);
        ClusterClient.Connect(target with { Insecure = [refused.Subject!.ToString()!] }, SilentReporter.Instance).Dispose();
        Assert.Throws<DeployException>(
            () => ClusterClient.Connect(target with { Insecure = ["example", "other:8080"] }, SilentReporter.Instance));
    }

    [Theory]
    [InlineData("tcp://builder.example", false)]
    [InlineData("tcp://10.0.0.1:2375", false)]
    [InlineData("https://builder.example:2376", false)] // without certificates docker would use no TLS
    [InlineData("tcp://127.0.0.1:2375", true)]
    [InlineData("tcp://localhost", true)]
    [InlineData("unix:///var/run/docker.sock", true)]
    public void An_engine_on_another_machine_is_used_over_TLS_only(string engine, bool allowed)
    {
        var target = Target("https://cluster.example") with { Image = new ImageSettings { Repository = "r.example/a", Builder = engine } };
        var environment = new DockerEnvironment(_ => null, _home.Path);
        if (allowed)
        {
            Assert.NotNull(DockerEndpoint.For(target, environment));
            return;
        }

        var refused = Assert.Throws<DeployException>(() => DockerEndpoint.For(target, environment));
        Assert.Equal("AddressInsecure", refused.Id);
        Assert.Contains("image.builder", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(DockerEndpoint.For(target with { Insecure = [new Uri(engine).Host] }, environment));
        var tls = new DockerEnvironment(name => name == "DOCKER_CERT_PATH" ? _home.Path : null, _home.Path);
        Assert.NotNull(DockerEndpoint.For(target, tls));
    }

    [Theory]
    [InlineData("https://registry.example/v2/other", true)]
    [InlineData("https://cdn.example/blob", false)]
    [InlineData("https://registry.example:8443/v2/other", false)]
    public async Task A_redirect_takes_a_credential_nowhere_else(string to, bool keeps)
    {
        var server = new FakeRegistry(request => request.RequestUri!.Host == Host && request.RequestUri.Port == 443
            ? request.Headers.Authorization is null ? FakeRegistry.Challenge("Basic realm=\"r\"")
            : request.RequestUri.AbsolutePath.EndsWith("/other", StringComparison.Ordinal) ? Found()
            : Redirect(to)
            : Found());
        using var client = Client(server);
        await client.FindManifestAsync("1", Ct);
        Assert.Equal($"GET {to}{(keeps ? " Basic" : "")}", server.Requests[^1]);
    }

    // As in CVE-2020-15157: whoever serves the blobs of a registry must not get its credential.
    [Theory]
    [InlineData("Bearer realm=\"https://thief.example/token\"")]
    [InlineData("Basic realm=\"r\"")]
    public async Task A_challenge_of_a_host_that_the_registry_leads_to_gets_no_credential(string challenge)
    {
        var server = new FakeRegistry(request => request.RequestUri!.Host switch
        {
            Host => Redirect("https://cdn.example/blob"),
            "thief.example" => FakeRegistry.Say(HttpStatusCode.OK, """{"token":"t"}"""),
            _ => FakeRegistry.Challenge(challenge),
        });
        using (var client = Client(server)) await Assert.ThrowsAsync<DeployException>(() => client.FindManifestAsync("1", Ct));
        Assert.Equal([$"GET https://{Host}/v2/app/manifests/1", "GET https://cdn.example/blob"], server.Requests);
    }

    [Theory]
    [InlineData("https://uploads.example/1")]
    [InlineData("http://registry.example/1")]
    [InlineData("https://registry.example:8443/1")]
    public async Task An_address_for_an_upload_on_another_host_or_in_clear_text_gets_no_credential(string address)
    {
        var server = new FakeRegistry(request => request.Headers.Authorization is not null
            ? FakeRegistry.Say(HttpStatusCode.OK, "{}")
            : FakeRegistry.Challenge("Basic realm=\"r\""));
        Configure(Login(Host));
        using var requests = new RegistryRequests(
            ImageReference.Parse($"{Host}/app"), new DockerEnvironment(_ => null, _home.Path), server, null);
        (await requests.SendAsync(HttpMethod.Get, "manifests/1", [], null, Ct)).Dispose();
        Assert.EndsWith(" Basic", server.Requests[^1], StringComparison.Ordinal);
        using var response = await requests.SendAsync(HttpMethod.Put, address, [], null, Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal($"PUT {address}", server.Requests[^1]);
    }

    [Fact]
    public async Task A_redirect_leads_neither_to_clear_text_nor_round_and_round()
    {
        var plain = new FakeRegistry(_ => Redirect("http://registry.example/v2/"));
        using (var client = Client(plain))
            Assert.Equal("RegistryUnreachable", (await Assert.ThrowsAsync<DeployException>(() => client.FindManifestAsync("1", Ct))).Id);
        Assert.All(plain.Requests, request => Assert.StartsWith("GET https://", request, StringComparison.Ordinal));

        var loop = new FakeRegistry(request => Redirect(request.RequestUri!.ToString()));
        using var other = Client(loop);
        Assert.Equal("RegistryUnreachable", (await Assert.ThrowsAsync<DeployException>(() => other.FindManifestAsync("1", Ct))).Id);
        Assert.InRange(loop.Requests.Count, 2, 10);
    }

    [Fact]
    public async Task An_identity_token_is_not_sent_where_a_token_service_redirects_to()
    {
        var server = new FakeRegistry(request => request.RequestUri!.Host switch
        {
            Host => FakeRegistry.Challenge("Bearer realm=\"https://auth.example/token\""),
            "auth.example" => Redirect("https://thief.example/token", HttpStatusCode.TemporaryRedirect),
            _ => Found(),
        });
        Configure("""{"auths":{"registry.example":{"identitytoken":"sbxsecret-identity"}}}""");
        using var client = new RegistryClient(ImageReference.Parse($"{Host}/app"), new DockerEnvironment(_ => null, _home.Path), server);
        await Assert.ThrowsAsync<DeployException>(() => client.FindManifestAsync("1", Ct));
        Assert.DoesNotContain(server.Requests, request => request.Contains("thief", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_next_page_of_GitHub_gets_no_token_in_clear_text()
    {
        Configure(Login("ghcr.io"));
        var server = new FakeRegistry(_ =>
        {
            var page = FakeRegistry.Say(HttpStatusCode.OK, "[]");
            page.Headers.TryAddWithoutValidation("Link", "<http://api.github.com/next>; rel=\"next\"");
            return page;
        });
        using var packages = new GitHubPackages(
            ImageReference.Parse("ghcr.io/me/app"), new DockerEnvironment(_ => null, _home.Path), server);
        await Assert.ThrowsAsync<DeployException>(() => packages.FindAsync("sha256:0", Ct));
        Assert.Contains(server.Requests, request => request.EndsWith(" Bearer", StringComparison.Ordinal));
        Assert.All(
            server.Requests.Where(request => request.Contains("http://", StringComparison.Ordinal)),
            request => Assert.EndsWith("/next", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pull_secret_of_the_cluster_runs_no_program_here()
    {
        if (OperatingSystem.IsWindows()) return;
        var marker = Path.Combine(_home.Path, "ran");
        var program = Path.Combine(_home.Path, "docker-credential-evil");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\ntouch {marker}\n", Ct);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var secret = JsonNode.Parse($$"""
            {
              "credsStore": "evil",
              "credHelpers": { "{{Host}}": "evil" },
              "auths": { "{{Host}}": { "auth": "{{Encode($"me:{Password}")}}" } }
            }
            """)!.AsObject();
        var environment = new DockerEnvironment(name => name == "PATH" ? _home.Path : null, _home.Path);
        var login = await new RegistryCredentials(environment, DockerConfigFile.For(secret, "Secret pull")).FindAsync(Host, "app", Ct);
        Assert.Equal("me", login.Credential?.Username);
        Assert.False(File.Exists(marker));

        // The same in the user's own configuration runs it.
        Configure(secret.ToJsonString());
        await new RegistryCredentials(environment).FindAsync(Host, "app", Ct);
        Assert.True(File.Exists(marker));
    }

    [Fact]
    public async Task What_a_registry_repeats_of_a_credential_is_removed()
    {
        Configure(Login(Host));
        var redactor = new Redactor();
        var server = new FakeRegistry(request => request.Headers.Authorization is null
            ? FakeRegistry.Challenge("Basic realm=\"r\"")
            : FakeRegistry.Say(HttpStatusCode.Unauthorized, $$"""{"errors":[{"code":"DENIED","message":"{{Password}} is wrong"}]}"""));
        using var client = new RegistryClient(
            ImageReference.Parse($"{Host}/app"), new DockerEnvironment(_ => null, _home.Path) { Redactor = redactor }, server);
        var fault = await Assert.ThrowsAsync<DeployException>(() => client.FindManifestAsync("1", Ct));
        Assert.Contains(Password, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, redactor.Apply(fault).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Encode(Password), redactor.Apply($"Basic {Encode(Password)}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token: sbxsecret-of-cluster")]
    [InlineData("username: me\n    password: sbxsecret-of-cluster")]
    public async Task The_credential_of_the_kubeconfig_is_removed(string user)
    {
        using var client = ClusterClient.Connect(Target("https://127.0.0.1:1", user), SilentReporter.Instance);
        client.Redactor = new Redactor();
        await Assert.ThrowsAnyAsync<DeployException>(() => client.GetVersionAsync(Ct));
        Assert.DoesNotContain("sbxsecret", client.Redactor.Apply("a log of sbxsecret-of-cluster"), StringComparison.Ordinal);
    }

    private static HttpResponseMessage Found() => FakeRegistry.Say(HttpStatusCode.NotFound, "{}");

    private static HttpResponseMessage Redirect(string to, HttpStatusCode status = HttpStatusCode.Found)
    {
        var redirect = FakeRegistry.Say(status);
        redirect.Headers.Location = new Uri(to);
        return redirect;
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Login(string host) =>
        new JsonObject { ["auths"] = new JsonObject { [host] = new JsonObject { ["auth"] = Encode($"me:{Password}") } } }.ToJsonString();

    private RegistryClient Client(FakeRegistry server)
    {
        Configure(Login(Host));
        return new RegistryClient(ImageReference.Parse($"{Host}/app"), new DockerEnvironment(_ => null, _home.Path), server);
    }

    private void Configure(string document)
    {
        Directory.CreateDirectory(Path.Combine(_home.Path, ".docker"));
        File.WriteAllText(Path.Combine(_home.Path, ".docker", "config.json"), document);
    }

    private Target Target(string server, string user = "token: abc")
    {
        var kubeconfig = Path.Combine(_home.Path, "kubeconfig");
        File.WriteAllText(kubeconfig, $$"""
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{ name: c, context: { cluster: k, user: u } }]
            clusters: [{ name: k, cluster: { server: "{{server}}" } }]
            users:
            - name: u
              user:
                {{user}}
            """);
        return new Target
        {
            Name = "production",
            ConfigurationPath = "rsolv.yaml",
            Kubeconfig = kubeconfig,
            Namespace = "ns",
            Deployment = "app",
            Environment = "production",
        };
    }
}
