using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary><c>/api/annotations</c>, in memory. Thread safe.</summary>
internal sealed class GrafanaAnnotations
{
    private readonly Lock _gate = new();
    private readonly List<JsonObject> _all = [];

    /// <summary>All annotations, oldest first.</summary>
    public IReadOnlyList<JsonObject> All
    {
        get
        {
            lock (_gate)
                return [.. _all];
        }
    }

    public async Task<IResult> AddAsync(HttpContext http)
    {
        JsonObject? body;
        try
        {
            body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) as JsonObject;
        }
        catch (JsonException)
        {
            body = null;
        }

        if (body?["text"]?.GetValueKind() != JsonValueKind.String || body["text"]!.GetValue<string>().Length == 0)
            return GrafanaEndpoints.Message(400, "Failed to save annotation: text field should not be empty");
        lock (_gate)
        {
            body["id"] = _all.Count + 1;
            _all.Add(body);
            return Results.Json(new JsonObject { ["message"] = "Annotation added", ["id"] = _all.Count });
        }
    }

    public IResult Find(HttpContext http)
    {
        string?[] tags = [.. http.Request.Query["tags"]];
        lock (_gate)
        {
            return Results.Json(new JsonArray([.. _all.Where(one => tags.All(tag => Tags(one).Contains(tag))).Reverse().Select(Show)]));
        }
    }

    private static IEnumerable<string> Tags(JsonObject annotation) =>
        (annotation["tags"] as JsonArray ?? []).Select(tag => tag?.ToString() ?? "");

    private static JsonNode Show(JsonObject annotation) => new JsonObject
    {
        ["id"] = annotation["id"]!.DeepClone(),
        ["dashboardUID"] = annotation["dashboardUID"]?.DeepClone(),
        ["panelId"] = 0,
        ["time"] = annotation["time"]?.DeepClone(),
        ["timeEnd"] = annotation["timeEnd"]?.DeepClone(),
        ["text"] = annotation["text"]!.DeepClone(),
        ["tags"] = new JsonArray([.. Tags(annotation).Select(tag => (JsonNode)tag)]),
    };
}
