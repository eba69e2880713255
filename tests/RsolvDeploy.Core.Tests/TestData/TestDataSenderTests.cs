using System.Net;
using System.Net.Http.Headers;
using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.TestData;

namespace RsolvDeploy.Core.Tests.TestData;

/// <summary>How a record is sent: again where it may be accepted, with the same idempotency key, and never to another host.</summary>
public sealed class TestDataSenderTests
{
    private static readonly TestDataPlan Plan = TestDataPlan.Create(
        new Uri("https://platform.test/api/v1/phases/store"),
        new TestDataSettings("/api/v1/phases/store", "x-api-key", new SecretKeyReference("s", "K"), "own/repo", 9),
        "20261124-080000-abcdef");

    private readonly ImmediateTime _time = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
    private readonly List<string> _keys = [];

    [Fact]
    public async Task An_accepted_record_is_sent_once_with_its_key()
    {
        (TestDataResponse response, CheckOutcome outcome) = await SendAsync(_ => Json("""{"success":true}""", HttpStatusCode.Created));

        Assert.Equal((201, 1, 1), (response.StatusCode, response.Attempts, response.Stored));
        Assert.Equal(CheckResult.Met, outcome.Result);
        Assert.Matches("""^POST https://platform\.test/api/v1/phases/store validation of commit 2026\w+: 201 in \d+ ms: \{"success":true\}$""",
            outcome.Evidence);
        Assert.Equal(["secret-key|\"20261124-080000-abcdef-validation\""], _keys);
    }

    [Fact]
    public async Task A_lost_response_is_asked_for_again_with_the_same_key()
    {
        (TestDataResponse response, CheckOutcome outcome) = await SendAsync(
            attempt => attempt == 1 ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "it ended") : Json("{}"));

        Assert.Equal((200, 2, 2), (response.StatusCode, response.Attempts, response.Stored));
        Assert.Equal(CheckResult.Met, outcome.Result);
        Assert.Single(_keys.Distinct());
    }

    [Fact]
    public async Task A_refused_connection_has_stored_nothing()
    {
        (TestDataResponse response, CheckOutcome outcome) = await SendAsync(
            _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused (platform.test:443)"));

        Assert.Equal((null, 4, 0), (response.StatusCode, response.Attempts, response.Stored));
        Assert.Contains("Connection refused (platform.test:443) after 4 attempts", outcome.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "testData.key")]
    [InlineData(HttpStatusCode.UnprocessableEntity, "testData.validation")]
    [InlineData(HttpStatusCode.NotFound, "testData.path")]
    [InlineData(HttpStatusCode.InternalServerError, "log of the platform")]
    public async Task A_refusal_is_final_and_shows_its_body(HttpStatusCode status, string remedy)
    {
        (TestDataResponse response, CheckOutcome outcome) = await SendAsync(_ => Json("""{"error":"Invalid API key"}""", status));

        Assert.Equal((1, CheckResult.NotMet), (response.Attempts, outcome.Result));
        Assert.Contains($": {(int)status} in ", outcome.Evidence, StringComparison.Ordinal);
        Assert.Contains("Invalid API key", outcome.Evidence, StringComparison.Ordinal);
        Assert.Contains(remedy, outcome.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_shows_where_it_leads()
    {
        (TestDataResponse response, CheckOutcome outcome) = await SendAsync(_ => new HttpResponseMessage(HttpStatusCode.Moved)
        {
            Headers = { Location = new Uri("https://elsewhere.test/") },
        });

        Assert.Equal(1, response.Attempts);
        Assert.Contains("301 to https://elsewhere.test/ in", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_platform_is_asked_again_after_the_time_that_it_names()
    {
        DateTimeOffset start = _time.GetUtcNow();

        (TestDataResponse response, _) = await SendAsync(attempt =>
        {
            if (attempt > 1) return Json("{}");
            HttpResponseMessage busy = Json("slow down", HttpStatusCode.TooManyRequests);
            busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(5));
            return busy;
        });

        Assert.Equal((200, 2, 1), (response.StatusCode, response.Attempts, response.Stored));
        Assert.True(_time.GetUtcNow() - start >= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task An_endless_body_is_read_to_its_limit_and_shown_in_one_line()
    {
        (TestDataResponse response, CheckOutcome outcome) = await SendAsync(
            _ => Json(string.Concat(Enumerable.Repeat("<p>error</p>\r\n", 100_000)), HttpStatusCode.BadRequest));

        Assert.True(response.Body.Length <= 4096);
        Assert.DoesNotContain('\n', response.Body);
        Assert.EndsWith("…", outcome.Evidence, StringComparison.Ordinal);
    }

    private async Task<(TestDataResponse Response, CheckOutcome Outcome)> SendAsync(Func<int, HttpResponseMessage> answer)
    {
        using var fake = new FakeHttp((request, _) =>
        {
            _keys.Add($"{request.Headers.GetValues("x-api-key").Single()}|{request.Headers.GetValues("Idempotency-Key").Single()}");
            return answer(_keys.Count);
        });
        using var http = new HttpClient(fake) { Timeout = Timeout.InfiniteTimeSpan };
        var sender = new TestDataSender(http, Plan.Address, "x-api-key", "secret-key", _time);
        TestDataResponse response = await sender.SendAsync(Plan.Records[0], TestContext.Current.CancellationToken);
        return (response, TestDataChecks.Judge(Plan.Records[0], response, Plan));
    }

    private static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        FakeHttp.Answer(body, "application/json", status);
}
