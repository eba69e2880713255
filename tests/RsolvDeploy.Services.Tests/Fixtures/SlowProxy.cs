using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A server in front of another one that passes each response on after a while.</summary>
internal sealed class SlowProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private SlowProxy(WebApplication app, HttpClient http) => (_app, _http) = (app, http);

    public Uri Address => new(_app.Urls.Single());

    public static async Task<SlowProxy> StartAsync(Uri behind, TimeSpan delay, CancellationToken ct)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var http = new HttpClient { BaseAddress = behind };
        app.Run(async context =>
        {
            await Task.Delay(delay, context.RequestAborted);
            using var request = new HttpRequestMessage(
                new HttpMethod(context.Request.Method), $"{context.Request.Path}{context.Request.QueryString}");
            if (context.Request.Method == "POST")
            {
                request.Content = new StreamContent(context.Request.Body);
                request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            }

            using HttpResponseMessage response = await http.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await app.StartAsync(ct);
        return new SlowProxy(app, http);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }
}
