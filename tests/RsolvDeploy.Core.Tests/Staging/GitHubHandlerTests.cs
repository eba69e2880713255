using System.Net;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Errors;
using RsolvDeploy.Staging.GitHub;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>Waits, repetitions and errors of requests to GitHub.</summary>
public sealed class GitHubHandlerTests
{
    private static readonly Uri Address = new("https://api.github.com/repos/a/b");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
    private int _requests;

    [Fact]
    public async Task A_limit_that_resets_soon_is_waited_for_by_the_servers_clock()
    {
        // The server's clock is an hour ahead of this machine's.
        var now = _clock.GetUtcNow().AddHours(1);
        var sending = SendAsync(HttpMethod.Post, number => number == 1
            ? Limited(now, ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", $"{now.AddSeconds(20).ToUnixTimeSeconds()}"))
            : Ok());
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await sending).StatusCode);
        Assert.Equal(2, _requests);
    }

    [Fact]
    public async Task A_limit_that_resets_late_is_an_error_at_once()
    {
        var now = _clock.GetUtcNow();
        var error = await Assert.ThrowsAsync<DeployException>(() => SendAsync(HttpMethod.Get, _ =>
            Limited(now, ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", $"{now.AddMinutes(30).ToUnixTimeSeconds()}"))));
        Assert.Equal(("GitHubRateLimited", 1), (error.Id, _requests));
        Assert.Contains("30 minutes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task A_secondary_limit_is_waited_for_as_long_as_it_asks(HttpStatusCode status)
    {
        var sending = SendAsync(HttpMethod.Post, number => number == 1
            ? Limited(_clock.GetUtcNow(), ("Retry-After", "60")).With(status)
            : Ok());
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await sending;
        Assert.Equal(2, _requests);
    }

    [Fact]
    public async Task A_write_is_not_repeated_when_its_outcome_is_unknown()
    {
        var error = await Assert.ThrowsAnyAsync<DeployException>(
            () => SendAsync(HttpMethod.Post, _ => new HttpResponseMessage(HttpStatusCode.BadGateway)));
        Assert.Equal(("GitHubUnreachable", 1), (error.Id, _requests));
    }

    [Fact]
    public async Task A_read_is_repeated_when_the_server_fails_for_a_short_time()
    {
        var sending = SendAsync(HttpMethod.Get, number =>
            number < 3 ? new HttpResponseMessage(HttpStatusCode.BadGateway) : Ok());
        while (!sending.IsCompleted) _clock.Advance(TimeSpan.FromSeconds(1));
        await sending;
        Assert.Equal(3, _requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "GitHubUnauthorized")]
    [InlineData(HttpStatusCode.Forbidden, "GitHubForbidden")]
    [InlineData(HttpStatusCode.NotFound, "GitHubNotFound")]
    [InlineData(HttpStatusCode.Conflict, "GitHubConflict")]
    [InlineData(HttpStatusCode.UnprocessableEntity, "GitHubInvalid")]
    public async Task A_refusal_shows_the_message_of_the_server_and_a_remedy(HttpStatusCode status, string id)
    {
        var body = """{"message":"Validation Failed","errors":[{"resource":"Ref","field":"ref","code":"missing"},"a text"]}""";
        var fault = await Assert.ThrowsAsync<GitHubFault>(() => SendAsync(
            HttpMethod.Post, _ => new HttpResponseMessage(status) { Content = new StringContent(body) }));
        Assert.Equal((id, status), (fault.Id, fault.Status));
        Assert.Contains("Validation Failed; ref: missing; a text", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
    }

    [Fact]
    public async Task A_missing_permission_is_named_as_the_server_names_it()
    {
        var fault = await Assert.ThrowsAsync<GitHubFault>(() => SendAsync(HttpMethod.Post, _ =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.Forbidden);
            response.Headers.Add("X-Accepted-GitHub-Permissions", "actions=write");
            return response;
        }));
        Assert.Contains("actions=write", fault.Remedy, StringComparison.Ordinal);
    }

    private static HttpResponseMessage Ok() => new(HttpStatusCode.OK) { Content = new StringContent("{}") };

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Func<int, HttpResponseMessage> answer)
    {
        using var invoker = new HttpMessageInvoker(
            new GitHubHandler(new FakeRegistry(_ => answer(++_requests)), _clock, CancellationToken.None));
        using var request = new HttpRequestMessage(method, Address);
        return await invoker.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static HttpResponseMessage Limited(DateTimeOffset now, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Forbidden);
        response.Headers.Date = now;
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}

/// <summary>Changes a response that is being made.</summary>
internal static class ResponseChanges
{
    public static HttpResponseMessage With(this HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode = status;
        return response;
    }
}
