using System.Globalization;
using System.Text.RegularExpressions;
using Docker.DotNet;
using Docker.DotNet.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Images.Engine;

/// <summary>Pushes one tag. Layers that the registry has are not sent again, so an interrupted push continues.</summary>
internal sealed partial class ImagePush(DockerEngine engine, string repository, AuthConfig? credential, IReporter reporter)
{
    private static readonly string[] Unauthorized =
    [
        "unauthorized", "authentication required", "no basic auth credentials", "denied", "insufficient_scope", "403 Forbidden",
        "HTTP 401", "HTTP 403",
    ];

    private static readonly string[] Unreachable =
    [
        "dial tcp", "connection refused", "no such host", "broken pipe", "i/o timeout", "TLS handshake", "x509:",
        "server gave HTTP response", "EOF", "connection reset",
    ];

    // The engine repeats a request by itself; what it reports of these does not change within minutes.
    private static readonly string[] Permanent =
    [
        "x509:", "no such host", "server gave HTTP response", "name unknown", "name invalid", "invalid reference", "manifest invalid",
        "tag invalid", "unsupported", "too large", "no space left", "quota", "does not exist", "with an HTML page",
        "unexpected HTTP status: 4",
    ];

    private readonly RetryPolicy _retries = new(new RetryOptions(
        (_, error) => error is DeployException { Id: "RegistryUnreachable" or "PushFailed" } && !Contains(error.Message, Permanent),
        Retries: 2,
        TimeSpan.FromMilliseconds(500))
    {
        OnRetry = error => reporter.Verbose($"The push was interrupted and continues: {error?.Message}"),
    });

    /// <summary>Pushes; returns the digest of the manifest that the engine sent, or null when it reported none.</summary>
    public Task<string?> RunAsync(string tag, CancellationToken ct) => _retries.RunAsync(token => PushAsync(tag, token), ct);

    private async Task<string?> PushAsync(string tag, CancellationToken ct)
    {
        using var limit = engine.LimitSilence();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        var progress = new PushProgress($"Pushing {repository}:{tag}", reporter)
        {
            Heard = () => limit.CancelAfter(DockerEngine.LongestSilence),
        };
        try
        {
            await engine.SendAsync(
                // Old engines refuse a push without a credential header, even an empty one.
                client => client.Images.PushImageAsync(
                    repository, new ImagePushParameters { Tag = tag }, credential ?? new AuthConfig(), progress, both.Token),
                ct);
        }
        catch (DockerApiException e)
        {
            throw Failed(tag, EngineMessage.From(e));
        }
        finally
        {
            progress.Complete();
        }

        return progress.Error is { } error ? throw Failed(tag, error) : progress.Digest;
    }

    private static bool Contains(string error, string[] signs) =>
        signs.Any(sign => error.Contains(sign, StringComparison.OrdinalIgnoreCase));

    private DeployException Failed(string tag, string error)
    {
        string host = repository.Split('/')[0];
        (string id, FaultCategory category, string remedy) = Contains(error, Unauthorized)
            ? (
                "RegistryUnauthorized",
                FaultCategory.AuthenticationError,
                $"Log in with 'docker login {host}' as a user who may push to {repository}.")
            : Contains(error, Unreachable)
                ? (
                    "RegistryUnreachable",
                    FaultCategory.ConnectionError,
                    $"Check that the engine at {engine.Endpoint} reaches {host}, then publish again: pushed layers are not sent twice.")
                : (
                    "PushFailed",
                    FaultCategory.WriteError,
                    "Publish again: pushed layers are not sent twice. If it fails again, look at the registry's log.");
        string shown = PagePattern().Match(error) is { Success: true } page
            ? $"the registry, or a proxy before it, answered HTTP {page.Groups[1].Value} with {HtmlPage.Describe(page.Groups[2].Value)}"
            : error;
        return new DeployException(
            id, category, string.Create(CultureInfo.InvariantCulture, $"The push of {repository}:{tag} failed: {shown}"), remedy)
        {
            Subject = $"{repository}:{tag}",
        };
    }

    // The engine quotes a body that is no JSON.
    [GeneratedRegex(
        "error parsing HTTP (4[0-9]{2}) response body: [^\"]*\"(\\s*<.*)\"", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PagePattern();
}
