using Octokit;
using Octokit.Internal;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>A connection to one repository of a GitHub.</summary>
internal sealed class GitHubConnection : IDisposable
{
    private const string Product = "RsolvDeploy";

    private readonly GitHubHandler _handler;
    private readonly HttpClient _plain;

    private readonly GitHubToken _token;
    private readonly GitHubConnectionOptions _options;

    private GitHubConnection(GitHubSettings settings, GitHubToken token, GitHubConnectionOptions options, GitHubHandler handler)
    {
        (Host, Settings, _handler) = (GitHubHost.From(settings.ApiUrl), settings, handler);
        (_token, _options) = (token, options);
        var parts = settings.Repository.Split('/');
        (Owner, Name) = (parts[0], parts[1]);
        var credentials = new InMemoryCredentialStore(new Credentials(token.Value, AuthenticationType.Bearer));
        Connection = new Connection(
            new ProductHeaderValue(Product), Host.Api, credentials, new HttpClientAdapter(() => handler), new SimpleJsonSerializer());
        Client = new GitHubClient(Connection);
        _plain = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _plain.DefaultRequestHeaders.UserAgent.ParseAdd(Product);
        Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token.Value);
    }

    public GitHubHost Host { get; }

    public GitHubSettings Settings { get; }

    public string Owner { get; }

    public string Name { get; }

    /// <summary>The clock that limits run by.</summary>
    public TimeProvider Clock => _options.Clock;

    /// <summary>The typed calls.</summary>
    public GitHubClient Client { get; }

    /// <summary>The calls that have no type.</summary>
    public Connection Connection { get; }

    /// <summary>What proves the operator to the API, for requests that Octokit does not send.</summary>
    public System.Net.Http.Headers.AuthenticationHeaderValue Authorization { get; }

    /// <summary>Sends what Octokit cannot stream.</summary>
    public HttpClient Plain => _plain;

    /// <summary>Connects; sends nothing yet.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="token">The token.</param>
    /// <param name="options">What is used of this machine.</param>
    /// <param name="ct">Cancels every request.</param>
    /// <exception cref="DeployException"><c>GitHubInsecure</c>.</exception>
    public static GitHubConnection Connect(
        GitHubSettings settings, GitHubToken token, GitHubConnectionOptions options, CancellationToken ct)
    {
        var host = GitHubHost.From(settings.ApiUrl);
        if (!RegistryAddress.IsSafeForSecrets(host.Api))
        {
            throw new DeployException(
                "GitHubInsecure",
                FaultCategory.SecurityError,
                $"{host.Api.Authority} would get the token in clear text.",
                "Set 'apiUrl' under 'github' to an https:// address.")
            { Subject = host.Api.Authority };
        }

        var inner = options.Handler
            ?? new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) };
        return new GitHubConnection(
            settings, token, options, new GitHubHandler(inner, options.Clock, ct) { Reporter = options.Reporter });
    }

    /// <summary>Another connection to the same repository, with another cancellation.</summary>
    public GitHubConnection Reconnect(CancellationToken ct) => Connect(Settings, _token, _options, ct);

    /// <summary>The address of a path below the repository.</summary>
    public Uri Path(string path) => new($"repos/{Owner}/{Name}/{path}", UriKind.Relative);

    public void Dispose()
    {
        _plain.Dispose();
        // A handler that was given belongs to the caller, who may use it for another connection.
        if (_options.Handler is null) _handler.Dispose();
    }
}

/// <summary>What a connection to GitHub uses of this machine.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Reporter">Where waits are shown.</param>
/// <param name="Handler">Sends the requests; null for the network.</param>
internal sealed record GitHubConnectionOptions(TimeProvider Clock, IReporter Reporter, HttpMessageHandler? Handler = null);
