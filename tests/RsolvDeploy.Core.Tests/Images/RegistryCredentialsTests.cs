using System.Text;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class RegistryCredentialsTests : IDisposable
{
    private const string Host = "registry.example";

    private readonly BuildFolder _home = new();
    private string? _variable;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_credential_helper_reads_the_registry_from_standard_input()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helper of this test is a shell script.");
        Configure("""{"credsStore":"other","credHelpers":{"registry.example":"test"}}""");
        Script("docker-credential-test", """read name; echo "{\"Username\":\"$1-$name\",\"Secret\":\"sbxsecret\"}" """);

        var (credential, fault) = await FindAsync();

        Assert.Equal(new RegistryCredential("get-registry.example", "sbxsecret", null), credential);
        Assert.Null(fault);
        Assert.DoesNotContain("sbxsecret", credential!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_without_a_credential_returns_none_and_one_that_fails_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helper of this test is a shell script.");
        Configure("""{"credsStore":"test"}""");

        Script("docker-credential-test", "echo credentials not found in native keychain; exit 1");
        Assert.Equal(new RegistryLogin(null, null), await FindAsync());

        Script("docker-credential-test", "echo sbxsecret; exit 2");
        var (_, fault) = await FindAsync();
        Assert.Equal("CredentialHelperFailed", fault!.Id);
        Assert.DoesNotContain("sbxsecret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_that_is_not_installed_is_named_and_the_file_is_used()
    {
        Configure("""{"credsStore":"absent"}""");
        var (none, fault) = await FindAsync();
        Assert.Null(none);
        Assert.Equal("CredentialHelperFailed", fault!.Id);
        Assert.Contains("docker-credential-absent", fault.Message, StringComparison.Ordinal);

        Configure($$$$"""{"credsStore":"absent","auths":{"registry.example":{"auth":"{{{{Encode("a:b")}}}}"}}}""");
        (none, fault) = await FindAsync();
        Assert.Equal(("a", "CredentialHelperFailed"), (none!.Username, fault!.Id));
    }

    // Every form that docker, podman and Kubernetes wrote or write.
    [Theory]
    [InlineData("registry.example", Host)]
    [InlineData("registry.example/", Host)]
    [InlineData("https://registry.example", Host)]
    [InlineData("https://registry.example/", Host)]
    [InlineData("https://registry.example/v1/", Host)]
    [InlineData("https://registry.example/v2/", Host)]
    [InlineData("http://registry.example/v2", Host)]
    [InlineData("http://registry.example", Host)]
    [InlineData("Registry.Example", Host)]
    [InlineData("registry.example/rsolv/platform", Host)]
    [InlineData("registry.example/rsolv", Host)]
    [InlineData("registry.example/another", Host)]
    [InlineData("registry.example:5000", "registry.example:5000")]
    [InlineData("http://registry.example:5000/v2/", "registry.example:5000")]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("https://index.docker.io/v1", "docker.io")]
    [InlineData("index.docker.io", "docker.io")]
    [InlineData("docker.io", "docker.io")]
    [InlineData("https://registry-1.docker.io/v2/", "docker.io")]
    [InlineData("docker.io/rsolv", "docker.io")]
    public async Task A_credential_is_found_under_every_historic_form_of_its_key(string key, string host)
    {
        Configure($$$$"""{"auths":{"other.example":{"auth":"{{{{Encode("x:y")}}}}"},"{{{{key}}}}":{"auth":"{{{{Encode("a:b")}}}}"}}}""");

        var (credential, fault) = await FindAsync(host);

        Assert.Equal(new RegistryCredential("a", "b", null), credential);
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("registry.example:5000")]
    [InlineData("registry.example.org")]
    [InlineData("https://auth.registry.example/registry.example")]
    public async Task A_credential_of_another_host_is_not_used(string key)
    {
        Configure($$$$"""{"auths":{"{{{{key}}}}":{"auth":"{{{{Encode("a:b")}}}}"}}}""");

        Assert.Equal(new RegistryLogin(null, null), await FindAsync());
    }

    [Fact]
    public async Task The_longest_path_wins()
    {
        Configure($$$$"""
            {"auths":{"registry.example/other":{"auth":"{{{{Encode("other:b")}}}}"},"registry.example":{"auth":"{{{{Encode("host:b")}}}}"},
            "registry.example/rsolv":{"auth":"{{{{Encode("group:b")}}}}"},
            "registry.example/rsolv/platform":{"auth":"{{{{Encode("own:b")}}}}"}}}
            """);

        Assert.Equal("own", (await FindAsync()).Credential!.Username);
        Assert.Equal("group", (await FindAsync(path: "rsolv/worker")).Credential!.Username);
        Assert.Equal("host", (await FindAsync(path: "rsolv2/worker")).Credential!.Username);
    }

    [Fact]
    public async Task The_variable_wins_over_the_file_and_is_completed_by_it()
    {
        Configure($$$$"""
            {"auths":{"registry.example":{"auth":"{{{{Encode("file:b")}}}}"},"other.example":{"auth":"{{{{Encode("other:b")}}}}"}}}
            """);
        _variable = $$$$"""{"auths":{"https://registry.example/v2/":{"auth":"{{{{Encode("variable:b")}}}}"}}}""";

        Assert.Equal("variable", (await FindAsync()).Credential!.Username);
        Assert.Equal("other", (await FindAsync("other.example")).Credential!.Username);
    }

    [Fact]
    public async Task A_variable_that_is_no_JSON_is_named_without_its_content_and_the_file_is_used()
    {
        Configure($$$$"""{"auths":{"registry.example":{"auth":"{{{{Encode("file:b")}}}}"}}}""");
        _variable = "{\"auths\": sbxsecret";

        var (credential, fault) = await FindAsync();

        Assert.Equal("file", credential!.Username);
        Assert.Contains("DOCKER_AUTH_CONFIG", fault!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sbxsecret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_tokens_and_registry_tokens_are_read()
    {
        Configure($$$$"""{"auths":{"registry.example":{"auth":"{{{{Encode("00000000-0000:")}}}}","identitytoken":"refresh"}}}""");
        Assert.Equal(new RegistryCredential("00000000-0000", "", "refresh"), (await FindAsync()).Credential);

        Configure("""{"auths":{"registry.example":{"identitytoken":"refresh"}}}""");
        Assert.Equal(new RegistryCredential("", "", "refresh"), (await FindAsync()).Credential);

        Configure("""{"auths":{"registry.example":{"registrytoken":"bearer"}}}""");
        Assert.Equal(new RegistryCredential("", "", null) { AccessToken = "bearer" }, (await FindAsync()).Credential);

        Configure("""{"auths":{"registry.example":{"username":"<token>","password":"refresh"}}}""");
        Assert.Equal(new RegistryCredential("", "", "refresh"), (await FindAsync()).Credential);
    }

    [Theory]
    [InlineData("YTpiYw")]
    [InlineData("YTpi\\nYw==")]
    public async Task A_credential_without_padding_or_with_a_line_break_is_read(string encoded)
    {
        Configure($$$$"""{"auths":{"registry.example":{"auth":"{{{{encoded}}}}"}}}""");

        Assert.Equal(new RegistryCredential("a", "bc", null), (await FindAsync()).Credential);
    }

    [Fact]
    public async Task A_credential_that_cannot_be_read_is_named_without_its_content()
    {
        Configure("""{"auths":{"registry.example":{"auth":"sbxsecret"}}}""");

        var (credential, fault) = await FindAsync();

        Assert.Null(credential);
        Assert.Equal("DockerConfigInvalid", fault!.Id);
        Assert.DoesNotContain("sbxsecret", fault.ToString(), StringComparison.Ordinal);
    }

    private static string Encode(string login) => Convert.ToBase64String(Encoding.UTF8.GetBytes(login));

    private Task<RegistryLogin> FindAsync(string host = Host, string path = "rsolv/platform") => new RegistryCredentials(
        new DockerEnvironment(name => name == "PATH" ? _home.Path : name == "DOCKER_AUTH_CONFIG" ? _variable : null, _home.Path))
        .FindAsync(host, path, Ct);

    private void Configure(string content) => _home.With(".docker/config.json", content);

    private void Script(string name, string text)
    {
        _home.With(name, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_home.Path, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
