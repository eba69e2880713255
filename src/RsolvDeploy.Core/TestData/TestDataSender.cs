using System.Net.Http.Headers;
using System.Text;
using RsolvDeploy.Health;
using RsolvDeploy.Resilience;
using RsolvDeploy.Storage;

namespace RsolvDeploy.TestData;

/// <summary>Posts records to the platform. Each attempt carries the same idempotency key; no redirect is followed.</summary>
/// <param name="http">The client.</param>
/// <param name="address">Where to.</param>
/// <param name="header">The header of the key.</param>
/// <param name="key">The key.</param>
/// <param name="time">The clock.</param>
internal sealed class TestDataSender(HttpClient http, Uri address, string header, string key, TimeProvider time)
{
    private const int LongestBody = 4096;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(30);

    private readonly RetryPolicy _retries = new(new RetryOptions(
        (response, _) => response is TestDataResponse { MayRecover: true }, Retries: 3, TimeSpan.FromMilliseconds(500))
    {
        LongestDelay = TimeSpan.FromSeconds(10),
        AskedDelay = (response, _) => (response as TestDataResponse)?.RetryAfter,
        Time = time,
    });

    /// <summary>Sends a record until the platform accepts or refuses it.</summary>
    public async Task<TestDataResponse> SendAsync(PlannedRecord planned, CancellationToken ct)
    {
        int attempts = 0;
        int stored = 0;
        TestDataResponse last = await _retries.RunAsync(
            async token =>
            {
                attempts++;
                TestDataResponse response = await TryAsync(planned, token);
                stored += response.Stored;
                return response;
            },
            ct);
        return last with { Attempts = attempts, Stored = stored };
    }

    private async Task<TestDataResponse> TryAsync(PlannedRecord planned, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(AttemptTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        long stamp = time.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new StringContent(planned.Record.Body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Accept.ParseAdd("application/json");
            request.Headers.TryAddWithoutValidation(header, key);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", $"\"{planned.IdempotencyKey}\"");
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            byte[] body = await BoundedStream.ReadStartAsync(response.Content, LongestBody, both.Token);
            int status = (int)response.StatusCode;
            return new TestDataResponse(status, OneLine(Encoding.UTF8.GetString(body)), time.GetElapsedTime(stamp))
            {
                Stored = status is (>= 200 and < 300) or 500 or 502 or 504 ? 1 : 0,
                Location = response.Headers.Location,
                RetryAfter = Delay(response.Headers.RetryAfter),
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Lost($"no response within {AttemptTimeout.TotalSeconds:0} s", stored: 1);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            bool isUnsent = fault is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
            };
            return Lost(Endpoint.Describe(fault), isUnsent ? 0 : 1);
        }

        TestDataResponse Lost(string reason, int stored) =>
            new(null, "", time.GetElapsedTime(stamp)) { Fault = reason, Stored = stored };
    }

    private TimeSpan? Delay(RetryConditionHeaderValue? asked) =>
        asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\r', '\n', '\t', '\ufffd'], StringSplitOptions.RemoveEmptyEntries)).Trim();
}
