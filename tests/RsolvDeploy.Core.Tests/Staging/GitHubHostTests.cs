using RsolvDeploy.Errors;
using RsolvDeploy.Staging.GitHub;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>Which API an address leads to, and where its token is from.</summary>
public sealed class GitHubHostTests
{
    private static readonly GitHubSettings Settings = new("owner/name", "file.yml", null, null);

    [Theory]
    [InlineData("https://api.github.com", "https://api.github.com/", "github.com", false)]
    [InlineData("https://github.com/", "https://api.github.com/", "github.com", false)]
    [InlineData("https://github.example.org", "https://github.example.org/api/v3/", "github.example.org", true)]
    [InlineData("https://github.example.org/api/v3", "https://github.example.org/api/v3/", "github.example.org", true)]
    [InlineData("https://octo.ghe.com", "https://api.octo.ghe.com/", "octo.ghe.com", false)]
    [InlineData("https://api.octo.ghe.com/", "https://api.octo.ghe.com/", "octo.ghe.com", false)]
    [InlineData("http://127.0.0.1:4711/", "http://127.0.0.1:4711/", "127.0.0.1:4711", false)]
    public void Every_kind_of_host_has_its_api(string address, string api, string name, bool isServer)
    {
        var host = GitHubHost.From(new Uri(address));
        Assert.Equal((new Uri(api), name, isServer), (host.Api, host.Name, host.IsServer));
    }

    [Theory]
    [InlineData("https://api.github.com", "GH_TOKEN", "the environment variable GH_TOKEN")]
    [InlineData("https://api.github.com", "GITHUB_TOKEN", "the environment variable GITHUB_TOKEN")]
    [InlineData("https://octo.ghe.com", "GH_TOKEN", "the environment variable GH_TOKEN")]
    [InlineData("https://ghe.example.org", "GH_ENTERPRISE_TOKEN", "the environment variable GH_ENTERPRISE_TOKEN")]
    public async Task The_variables_of_gh_hold_the_token(string address, string variable, string source)
    {
        var token = await FindAsync(address, Settings, name => name == variable ? " value\n" : null);
        Assert.Equal(("value", source), (token.Value, token.Source));
        Assert.DoesNotContain("value", token.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_github_com_is_not_sent_to_another_server()
    {
        var error = await Assert.ThrowsAsync<DeployException>(() =>
            FindAsync("https://nowhere.invalid", Settings, name => name is "GH_TOKEN" or "GITHUB_TOKEN" ? "value" : null));
        Assert.Equal("GitHubTokenMissing", error.Id);
    }

    [Fact]
    public async Task A_configured_variable_is_the_only_one()
    {
        var own = Settings with { TokenEnvironmentVariable = "MY_TOKEN" };
        var error = await Assert.ThrowsAsync<DeployException>(() => FindAsync("https://api.github.com", own, name =>
            name == "GH_TOKEN" ? "value" : null));
        Assert.Contains("MY_TOKEN", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", (await FindAsync("https://api.github.com", own, name => name == "MY_TOKEN" ? "mine" : null)).Value);
    }

    [Fact]
    public void A_token_is_not_sent_in_clear_text()
    {
        var options = new GitHubConnectionOptions(TimeProvider.System, Reporting.SilentReporter.Instance);
        var settings = Settings with { ApiUrl = new Uri("http://ghe.example.org/api/v3") };
        var error = Assert.Throws<DeployException>(() => GitHubConnection.Connect(
            settings, new GitHubToken("value", "test"), options, TestContext.Current.CancellationToken));
        Assert.Equal("GitHubInsecure", error.Id);
    }

    private static Task<GitHubToken> FindAsync(string address, GitHubSettings settings, Func<string, string?> variable) =>
        GitHubToken.FindAsync(
            GitHubHost.From(new Uri(address)), settings, given: null, variable, TestContext.Current.CancellationToken);
}
