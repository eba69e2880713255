using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>A real engine pushes to a real registry that answers as other registries and proxies do.</summary>
[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class RegistryDialectTests(DockerServer docker) : IDisposable
{
    private const string Html = "<html><head><title>413 Request Entity Too Large</title></head></html>";

    private readonly BuildFolder _folder = new BuildFolder()
        .With("Dockerfile", "FROM scratch\nCOPY app.txt /app.txt\n")
        .With(".dockerignore", ".docker\n");

    private readonly RecordingReporter _reporter = new();
    private readonly Dictionary<string, string> _variables = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_registry_that_answers_HEAD_with_an_error_is_pushed_to(int status)
    {
        await using RegistryProxy proxy = await OpenAsync();
        proxy.Respond = request => IsManifest("HEAD", request) ? RegistryProxy.Response(status) : null;

        PublishedImage image = await PublishAsync(proxy.Host);

        Assert.All(image.Checks, check => Assert.True(check.Status == CheckStatus.Passed, $"{check}: {check.Evidence}"));
    }

    [Fact]
    public async Task An_image_that_cannot_be_read_back_is_pushed_under_every_tag()
    {
        await using RegistryProxy proxy = await OpenAsync();
        proxy.Respond = request => IsManifest("GET", request) || IsManifest("HEAD", request) ? RegistryProxy.Response(501) : null;

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(proxy.Host));

        Assert.Equal(CheckStatus.Passed, fault.Result.Checks.Single(check => check.Id == "image.pushed").Status);
        Assert.Equal(CheckStatus.Failed, fault.Result.Checks.Single(check => check.Id == "image.visible").Status);
        var repository = ImageReference.Parse($"{docker.Registry}/rsolv-dev/rsolv-platform");
        using var registry = new RegistryClient(repository, DockerEnvironment.Current);
        foreach (string tag in fault.Result.Tags) Assert.Equal(fault.Result.Digest, await registry.FindDigestAsync(tag, Ct));
        Assert.Contains(_reporter.Lines, line => line.Contains("The engine pushes every tag", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_manifest_that_was_stored_although_an_error_was_reported_counts_as_pushed()
    {
        await using RegistryProxy proxy = await OpenAsync();
        proxy.Replace = request => IsManifest("PUT", request) ? RegistryProxy.Response(400) : null;

        PublishedImage image = await PublishAsync(proxy.Host);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Equal(3, _reporter.Lines.Count(line => line.Contains("was pushed, although", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("POST", 403, "RegistryUnauthorized")]
    [InlineData("POST", 413, "PushFailed")]
    [InlineData("PATCH", 413, "PushFailed")]
    [InlineData("PUT", 400, "PushFailed")]
    public async Task A_page_of_a_proxy_is_a_permanent_error(string method, int status, string id)
    {
        await using RegistryProxy proxy = await OpenAsync();
        proxy.Respond = request => request.StartsWith($"{method} ", StringComparison.Ordinal)
            ? RegistryProxy.Response(status, "", Html).Replace("application/json", "text/html", StringComparison.Ordinal)
            : null;

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(proxy.Host));

        Assert.Equal(id, fault.Id);
        Assert.Contains($"HTTP {status} with an HTML page, '413 Request Entity Too Large'", fault.Message, StringComparison.Ordinal);
        Assert.InRange(proxy.Requests.Count(request => request.StartsWith($"{method} ", StringComparison.Ordinal)), 1, 2);
    }

    [Fact]
    public async Task A_missing_credential_helper_is_a_warning_before_the_build_where_no_credential_is_required()
    {
        await using RegistryProxy proxy = await OpenAsync();
        _folder.With(".docker/config.json", """{"credsStore":"absent"}""");

        PublishedImage image = await PublishAsync(proxy.Host);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        string[] lines = [.. _reporter.Lines];
        int warning = Array.FindIndex(lines, line => line.Contains("docker-credential-absent", StringComparison.Ordinal));
        Assert.InRange(warning, 0, Array.FindIndex(lines, line => line.Contains("COPY app.txt", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_missing_credential_helper_fails_before_the_build_where_a_credential_is_required()
    {
        await using RegistryServer closed = await OpenClosedAsync();
        _folder.With(".docker/config.json", """{"credsStore":"absent"}""");

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(closed.Host));

        Assert.Equal("CredentialHelperFailed", fault.Id);
        Assert.DoesNotContain(_reporter.Lines, line => line.Contains("COPY app.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_login_in_DOCKER_AUTH_CONFIG_is_used()
    {
        await using RegistryServer closed = await OpenClosedAsync();
        _variables["DOCKER_AUTH_CONFIG"] =
            $$$$"""{"auths":{"http://{{{{closed.Host}}}}/v1/":{"username":"deployer","password":"sbxsecret-registry"}}}""";

        Assert.Equal(StepStatus.Succeeded, (await PublishAsync(closed.Host)).Status);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("access_token")]
    public async Task A_registry_with_tokens_accepts_a_password(string field)
    {
        using var tokens = new TokenService { Answer = token => new JsonObject { ["token"] = "", ["access_token"] = "", [field] = token } };
        await using RegistryServer registry = await OpenAsync(tokens);
        _folder.WithLogin(registry.Host);

        Assert.Equal(StepStatus.Succeeded, (await PublishAsync(registry.Host)).Status);
        Assert.Contains(tokens.Requests, request => request.StartsWith("GET ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_with_tokens_accepts_an_identity_token()
    {
        using var tokens = new TokenService
        {
            RefreshToken = "sbxsecret-refresh",
            Answer = token => new JsonObject { ["access_token"] = token, ["refresh_token"] = "sbxsecret-refresh" },
        };
        await using RegistryServer registry = await OpenAsync(tokens);
        _folder.With(".docker/config.json", $$$$"""{"auths":{"{{{{registry.Host}}}}":{"identitytoken":"sbxsecret-refresh"}}}""");

        Assert.Equal(StepStatus.Succeeded, (await PublishAsync(registry.Host)).Status);
        Assert.All(tokens.Requests, request => Assert.StartsWith("POST ", request, StringComparison.Ordinal));
    }

    private static bool IsManifest(string method, string request) =>
        request.StartsWith($"{method} ", StringComparison.Ordinal) && request.Contains("/manifests/", StringComparison.Ordinal);

    private async Task<RegistryProxy> OpenAsync()
    {
        await docker.RequireAsync(Ct);
        return new RegistryProxy(docker.Registry);
    }

    private async Task<RegistryServer> OpenAsync(TokenService tokens)
    {
        await docker.RequireAsync(Ct);
        return await RegistryServer.StartWithAsync(tokens.RegistrySection, Ct);
    }

    // deployer with the password sbxsecret-registry
    private async Task<RegistryServer> OpenClosedAsync()
    {
        await docker.RequireAsync(Ct);
        return await RegistryServer.StartAsync("deployer:$2b$05$abcdefghijklmnopqrstuuGuVHCRPCA85dWiR9QZ1ZS/98/Myjpe.\n", Ct);
    }

    private Task<PublishedImage> PublishAsync(string registry)
    {
        // Content of its own, so that no registry has the layer.
        _folder.With("app.txt", Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        var environment = new DockerEnvironment(name => _variables.GetValueOrDefault(name), _folder.Path);
        if (!_variables.ContainsKey("DOCKER_CONFIG")) _variables["DOCKER_CONFIG"] = Path.Combine(_folder.Path, ".docker");
        return new ImagePublisher(environment).PublishAsync(
            PublishPlanner.Plan(_folder.Target(registry, docker.Host), "dialect", DateTimeOffset.UtcNow),
            new PublishRun("run-1", _reporter),
            Ct);
    }
}
