using System.Net;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>Responds to requests by a function, and records the requests.</summary>
internal sealed class FakeRegistry(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<string> Requests { get; } = [];

    public static HttpResponseMessage Say(HttpStatusCode status, string body = "", string type = "application/json") =>
        new(status) { Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue(type)) };

    public static HttpResponseMessage Challenge(string header)
    {
        HttpResponseMessage answer = Say(HttpStatusCode.Unauthorized);
        answer.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        return answer;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add($"{request.Method} {request.RequestUri} {request.Headers.Authorization?.Scheme}".TrimEnd());
        return Task.FromResult(answer(request));
    }
}
