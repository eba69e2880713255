using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Health;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Evidence;

/// <summary>What the health endpoint answers at the instant of a way back, whatever its status.</summary>
internal static class HealthSample
{
    private const int LongestBody = 64 * 1024;

    public static async Task CollectAsync(Target target, EvidenceFolder folder, CancellationToken ct)
    {
        if (target.Url is null) return;
        var address = Endpoint.AddressOf(target.Url, target.Health.Path);
        using var http = HealthProbe.CreateClient();
        http.MaxResponseContentBufferSize = LongestBody;
        string text;
        try
        {
            using var answer = await http.GetAsync(address, ct);
            text = $"{(int)answer.StatusCode} {answer.ReasonPhrase}\n\n{Body(await answer.Content.ReadAsStringAsync(ct))}\n";
        }
        catch (HttpRequestException e)
        {
            text = $"no answer: {Endpoint.Describe(e)}\n";
        }

        folder.Write("health.txt", $"GET {address}\n{text}");
    }

    private static string Body(string body)
    {
        try
        {
            return JsonNode.Parse(body) is { } document ? Masking.Mask(document).ToJsonString() : "";
        }
        catch (JsonException)
        {
            return string.Join('\n', body.Split('\n').Select(Masking.Line));
        }
    }
}
