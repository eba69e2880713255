using System.Net.Http.Headers;
using System.Text;
using RsolvDeploy.Health;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Announcements.Channels;

/// <summary>Posts a message to a webhook. No redirect is followed: the address is a secret.</summary>
/// <param name="http">The client.</param>
/// <param name="clock">The clock.</param>
internal sealed class WebhookPost(HttpClient http, TimeProvider clock)
{
    private const int LongestBody = 500;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Posts it once.</summary>
    /// <param name="address">The address.</param>
    /// <param name="body">The message, as JSON.</param>
    /// <param name="headers">More headers; the key of a signature is not among them.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ChannelResponse> SendAsync(
        Uri address, byte[] body, IReadOnlyDictionary<string, string> headers, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
            foreach (var (name, value) in headers)
            {
                if (name == "Content-Type") request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
                else request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (response.IsSuccessStatusCode) return ChannelResponse.Accepted;
            var status = (int)response.StatusCode;
            var text = Encoding.UTF8.GetString(await BoundedStream.ReadStartAsync(response.Content, LongestBody, both.Token)).Trim();
            return new ChannelResponse($"it answered {status}{(text.Length > 0 ? $": {text.ReplaceLineEndings(" ")}" : "")}",
                status is 408 or 425 or 429 or >= 500)
            {
                RetryAfter = Delay(response.Headers.RetryAfter),
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new ChannelResponse($"it did not answer within {Limit.TotalSeconds:0} s", MayRecover: true);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new ChannelResponse(Endpoint.Describe(fault), MayRecover: true);
        }
    }

    private TimeSpan? Delay(RetryConditionHeaderValue? asked) =>
        asked?.Delta ?? (asked?.Date is { } date ? date - clock.GetUtcNow() : null);
}
