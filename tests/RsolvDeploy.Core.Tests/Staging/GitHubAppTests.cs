using System.Security.Cryptography;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.GitHub;
using RsolvDeploy.Staging.GitHub;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>The token of a GitHub App: the sandbox verifies its proof with the public key of the App.</summary>
public sealed class GitHubAppTests : IAsyncLifetime
{
    private readonly string _variable = $"RSOLV_TEST_APP_{Guid.NewGuid():N}";
    private readonly string _file = Path.GetTempFileName();
    private ServicesHost _services = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _services = await ServicesHost.StartAsync(new FaultInjector(), Ct);

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(_variable, null);
        File.Delete(_file);
        await _services.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_installation_gives_the_token(bool fromFile)
    {
        var key = _services.Repository.App.PrivateKey;
        if (fromFile) await File.WriteAllTextAsync(_file, key, Ct);
        Environment.SetEnvironmentVariable(_variable, fromFile ? _file : key);

        var token = await FindAsync();

        Assert.Equal((GitHubKeys.Token, "the installation of the GitHub App 424242"), (token.Value, token.Source));
        Assert.DoesNotContain(GitHubKeys.Token, token.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_token_is_used_instead() => Assert.Equal("-Credential", (await FindAsync("given")).Source);

    [Fact]
    public async Task Another_key_no_key_and_what_is_no_key_are_errors_of_their_own()
    {
        Assert.Equal("GitHubTokenMissing", (await Assert.ThrowsAsync<DeployException>(() => FindAsync())).Id);
        using var stranger = RSA.Create(2048);
        Environment.SetEnvironmentVariable(_variable, stranger.ExportPkcs8PrivateKeyPem());
        Assert.Equal("GitHubUnauthorized", (await Assert.ThrowsAnyAsync<DeployException>(() => FindAsync())).Id);
        Environment.SetEnvironmentVariable(_variable, "-----BEGIN NOTHING-----");
        var error = await Assert.ThrowsAsync<DeployException>(() => FindAsync());
        Assert.Equal("GitHubAppKeyInvalid", error.Id);
        Assert.Contains(_variable, error.Message, StringComparison.Ordinal);
    }

    private Task<GitHubToken> FindAsync(string? given = null) => GitHubLogin.FindAsync(
        new GitHubSettings($"{GitHubState.Owner}/{GitHubState.Name}", "file.yml", null, null)
        {
            ApiUrl = _services.GitHub,
            App = new GitHubAppSettings(GitHubAppKey.Id, _variable),
        },
        given,
        new GitHubConnectionOptions(TimeProvider.System, SilentReporter.Instance),
        Ct);
}
