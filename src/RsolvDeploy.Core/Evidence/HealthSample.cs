using System.Text;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Redaction;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Evidence;

/// <summary>Saves the response of the health endpoint at the time of a rollback, whatever its status and its content.</summary>
internal static class HealthSample
{
    private const int LongestBody = 64 * 1024;

    public static async Task CollectAsync(StepContext context, EvidenceFolder folder, CancellationToken ct)
    {
        var target = context.Target;
        if (target.Url is null) return;
        var address = Endpoint.AddressOf(target.Url, target.Health.Path);
        using var http = PlatformAccess.Open(context.Services, target);
        http.MaxResponseContentBufferSize = LongestBody;
        string text;
        try
        {
            using var response = await http.GetAsync(address, ct);
            text = $"{(int)response.StatusCode} {response.ReasonPhrase}\n\n{Body(await response.Content.ReadAsByteArrayAsync(ct))}\n";
        }
        catch (Exception e) when (e is HttpRequestException or DeployException)
        {
            text = $"no response: {Endpoint.Describe(e)}\n";
        }

        folder.Write("health.txt", $"GET {address}\n{text}");
    }

    /// <summary>The body, masked: as JSON where it is JSON, otherwise as text.</summary>
    public static string Body(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonTextMasking.Mask(body);
        }
        catch (JsonException)
        {
            return TextRedaction.Apply(Encoding.UTF8.GetString(body));
        }
    }
}
