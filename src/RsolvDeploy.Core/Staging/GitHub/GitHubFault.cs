using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>A request that GitHub refused.</summary>
/// <param name="id">The error id.</param>
/// <param name="category">What kind of fault it is.</param>
/// <param name="message">What happened.</param>
/// <param name="remedy">What to do.</param>
internal sealed class GitHubFault(string id, FaultCategory category, string message, string remedy)
    : DeployException(id, category, message, remedy)
{
    private const int LongestBody = 64 * 1024;

    /// <summary>The status of the response.</summary>
    public HttpStatusCode Status { get; private init; }

    /// <summary>The message of the response; empty when it has none.</summary>
    public string Answer { get; private init; } = "";

    /// <summary>Makes the error of a refused request.</summary>
    public static async Task<GitHubFault> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken ct)
    {
        var answer = AnswerOf(await BoundedStream.ReadStartAsync(response.Content, LongestBody, ct));
        var host = request.RequestUri!.Authority;
        var what = string.Create(CultureInfo.InvariantCulture,
            $"{request.Method} {request.RequestUri.AbsolutePath} ({(int)response.StatusCode}{(answer.Length > 0 ? $": {answer}" : "")})");
        var (id, category, message, remedy) = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => ("GitHubUnauthorized", FaultCategory.AuthenticationError,
                $"{host} does not accept the token for {what}.", "Create a new token, or run 'gh auth login' again."),
            HttpStatusCode.Forbidden when Header(response, "X-GitHub-SSO") is { } sso => (
                "GitHubSsoRequired", FaultCategory.PermissionDenied,
                $"The organization requires single sign-on for the token: {what}.", AuthorizeRemedy(sso)),
            HttpStatusCode.Forbidden => ("GitHubForbidden", FaultCategory.PermissionDenied,
                $"{host} does not permit {what}.", PermissionRemedy(response)),
            HttpStatusCode.NotFound => ("GitHubNotFound", FaultCategory.ObjectNotFound,
                $"{host} has no such object, or hides it from the token: {what}.",
                $"Check the names under 'github' in the configuration. {PermissionRemedy(response)}"),
            HttpStatusCode.Conflict => ("GitHubConflict", FaultCategory.ResourceBusy,
                $"{host} reports a conflict for {what}.", "Somebody else changed the same object. Run the command again."),
            HttpStatusCode.UnprocessableEntity => ("GitHubInvalid", FaultCategory.InvalidData,
                $"{host} rejects {what}.", "Correct what the message names: the ref, an input, or the workflow file."),
            _ => ("GitHubUnreachable", FaultCategory.ProtocolError,
                $"{host} cannot process {what}.", "Try again. https://www.githubstatus.com shows incidents of github.com."),
        };
        return new GitHubFault(id, category, message, remedy)
        {
            Subject = request.RequestUri.AbsolutePath,
            Status = response.StatusCode,
            Answer = answer,
        };
    }

    /// <summary>Whether the body of a success is one of the API: nothing, an object, or a list of objects.</summary>
    public static async Task<bool> IsOfApiAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        if (response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Accepted or HttpStatusCode.Created && body.Length == 0)
            return true;
        try
        {
            return StrictJson.Parse(body) is var json
                && (json is JsonObject || (json is JsonArray list && list.All(item => item is JsonObject)));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The response is not the one of GitHub's API.</summary>
    public static GitHubFault NotUnderstood(HttpRequestMessage request, HttpResponseMessage response) => new(
        "GitHubUnreachable", FaultCategory.ProtocolError,
        $"{request.RequestUri!.Authority} answers {request.Method} {request.RequestUri.AbsolutePath} with something else than GitHub's API "
            + $"({response.Content.Headers.ContentType?.MediaType ?? "a body without a type"}).",
        "Check 'apiUrl' under 'github' in the configuration, and that no login page or proxy answers in its place.")
    {
        Subject = request.RequestUri.AbsolutePath,
        Status = response.StatusCode,
    };

    /// <summary>The value of a header; null when it is not there.</summary>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static string AuthorizeRemedy(string sso) =>
        sso.Split("url=", 2).ElementAtOrDefault(1) is { Length: > 0 } url
            ? $"Authorize the token at {url}."
            : "Authorize the token for the organization in the settings of your account.";

    // Classic tokens are shown the scopes, fine-grained ones and apps the permissions.
    private static string PermissionRemedy(HttpResponseMessage response) =>
        Header(response, "X-Accepted-GitHub-Permissions") is { Length: > 0 } permissions
            ? $"Use a token with these permissions: {permissions}."
            : Header(response, "X-Accepted-OAuth-Scopes") is { Length: > 0 } scopes
                ? $"Use a token with one of these scopes: {scopes}."
                : "Use a token with access to the repository (classic: repo and workflow; fine-grained: Actions, Contents, Secrets, "
                    + "Workflows and Pull requests, read and write).";

    private static string AnswerOf(byte[] body)
    {
        try
        {
            var json = StrictJson.Parse(body);
            var errors = (json.At("errors") as JsonArray ?? []).Select(Describe).OfType<string>();
            return string.Join("; ", new[] { json.At("message").Text() }.OfType<string>().Concat(errors));
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static string? Describe(JsonNode? error) =>
        error.Text() ?? error.At("message").Text()
            ?? (error.At("field").Text() is { } field ? $"{field}: {error.At("code").Text() ?? "invalid"}" : null);
}
