using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace RsolvDeploy.Core.Tests.Health;

/// <summary>Answers HTTP requests from a function, and keeps what was asked.</summary>
internal sealed class FakeHttp(Func<HttpRequestMessage, string, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly Lock _gate = new();

    public List<(string Method, string Path, string Body)> Requests { get; } = [];

    public static HttpResponseMessage Answer(string body, string type = "application/json", HttpStatusCode status = HttpStatusCode.OK)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return new HttpResponseMessage(status) { Content = content };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (_gate)
        {
            Requests.Add((request.Method.Method, request.RequestUri!.PathAndQuery, body));
            return answer(request, body);
        }
    }
}
