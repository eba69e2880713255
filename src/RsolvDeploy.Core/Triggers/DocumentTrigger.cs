using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Health;

namespace RsolvDeploy.Triggers;

/// <summary>A value of the health document that is another than it has to be, whatever the status of the answer.</summary>
internal static class DocumentTrigger
{
    private const int LargestDocument = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task WatchAsync(Uri platform, string path, DatabaseTrigger trigger, TimeSpan every, Func<string, Task> tell, CancellationToken ct)
    {
        using var http = HealthProbe.CreateClient();
        http.MaxResponseContentBufferSize = LargestDocument;
        var address = Endpoint.AddressOf(platform, path);
        var told = false;
        using var timer = new PeriodicTimer(every);
        do
        {
            // No document is no value: that the endpoint does not answer is another trigger's.
            var value = await ReadAsync(http, address, trigger.Json, ct);
            if (value is not null && value != trigger.Not && !told) await tell($"{trigger.Json} of {address} is '{value}', not '{trigger.Not}'");
            told = value is not null && value != trigger.Not;
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>The value at a path of members (<c>$.a.b</c>), as text; null when it is not there.</summary>
    public static string? Find(JsonNode? document, string path)
    {
        foreach (var member in path.TrimStart('$').Split('.', StringSplitOptions.RemoveEmptyEntries))
            document = document is JsonObject members ? members[member] : null;
        return document is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.ToJsonString() : null;
    }

    private static async Task<string?> ReadAsync(HttpClient http, Uri address, string path, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await http.GetAsync(address, limit.Token);
            return Find(JsonNode.Parse(await answer.Content.ReadAsByteArrayAsync(limit.Token)), path);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
