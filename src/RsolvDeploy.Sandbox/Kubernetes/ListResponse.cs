using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The response to a list: whole or in chunks, objects or only their metadata.</summary>
internal sealed class ListResponse(ObjectStore store, FaultInjector faults)
{
    public async Task ServeAsync(HttpContext http, ApiPath to, Selector selection)
    {
        var limit = int.TryParse(http.Request.Query["limit"], CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : 0;
        var token = http.Request.Query["continue"].ToString();
        if (token.Length > 0 && faults.Take(Fault.List410))
            throw ApiError.Expired("The provided continue parameter is too old to display a consistent list result.");
        var chunk = store.Chunk(to.Kind, to.Namespace, selection, limit, token);
        var metadataOnly = http.Request.Headers.Accept.ToString().Contains("as=PartialObjectMetadataList", StringComparison.Ordinal);
        http.Response.ContentType = "application/json";
        await using (var writer = new Utf8JsonWriter(http.Response.BodyWriter)) Write(writer, chunk, to.Kind, metadataOnly);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    // From the stored objects themselves: copies of thousands would cost more than the text.
    private static void Write(Utf8JsonWriter writer, ListChunk chunk, KindInfo kind, bool metadataOnly)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", metadataOnly ? "PartialObjectMetadataList" : $"{kind.Kind}List");
        writer.WriteString("apiVersion", metadataOnly ? "meta.k8s.io/v1" : kind.ApiVersion);
        writer.WriteStartObject("metadata");
        writer.WriteString("resourceVersion", $"{chunk.Version}");
        if (chunk.Continue is not null)
        {
            writer.WriteString("continue", chunk.Continue);
            writer.WriteNumber("remainingItemCount", chunk.Remaining);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("items");
        foreach (var item in chunk.Items) Write(writer, item, metadataOnly);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, JsonObject item, bool metadataOnly)
    {
        writer.WriteStartObject();
        foreach (var (member, value) in item)
        {
            if (metadataOnly ? member != "metadata" : member is "apiVersion" or "kind") continue;
            writer.WritePropertyName(member);
            if (value is null) writer.WriteNullValue();
            else value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
