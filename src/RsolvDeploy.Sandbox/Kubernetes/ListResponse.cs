using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The response to a list: whole or in chunks, objects or only their metadata.</summary>
internal sealed class ListResponse(ObjectStore store, FaultInjector faults)
{
    public JsonObject Create(HttpContext http, ApiPath to, Selector selection)
    {
        var limit = int.TryParse(http.Request.Query["limit"], CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : 0;
        var token = http.Request.Query["continue"].ToString();
        if (token.Length > 0 && faults.Take(Fault.List410))
            throw ApiError.Expired("The provided continue parameter is too old to display a consistent list result.");
        var chunk = store.Chunk(to.Kind, to.Namespace, selection, limit, token);
        var metadata = new JsonObject { ["resourceVersion"] = $"{chunk.Version}" };
        if (chunk.Continue is not null)
        {
            metadata["continue"] = chunk.Continue;
            metadata["remainingItemCount"] = chunk.Remaining;
        }

        var metadataOnly = http.Request.Headers.Accept.ToString().Contains("as=PartialObjectMetadataList", StringComparison.Ordinal);
        foreach (var item in chunk.Items)
        {
            item.Remove("apiVersion");
            item.Remove("kind");
            if (!metadataOnly) continue;
            foreach (var (member, _) in item.Where(member => member.Key != "metadata").ToList()) item.Remove(member);
        }

        return new JsonObject
        {
            ["kind"] = metadataOnly ? "PartialObjectMetadataList" : $"{to.Kind.Kind}List",
            ["apiVersion"] = metadataOnly ? "meta.k8s.io/v1" : to.Kind.ApiVersion,
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. chunk.Items]),
        };
    }
}
