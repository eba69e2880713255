using System.Net;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>Answers requests by a function, and keeps what was asked.</summary>
internal sealed class FakeRegistry(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<string> Asked { get; } = [];

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
        Asked.Add($"{request.Method} {request.RequestUri} {request.Headers.Authorization?.Scheme}".TrimEnd());
        return Task.FromResult(answer(request));
    }
}
