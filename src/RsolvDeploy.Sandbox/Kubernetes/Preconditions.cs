using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>What a deletion requires of the object (<c>DeleteOptions.preconditions</c>).</summary>
/// <param name="Uid">Its uid; null for any.</param>
/// <param name="ResourceVersion">Its version; null for any.</param>
internal sealed record Preconditions(string? Uid, string? ResourceVersion)
{
    /// <summary>Reads them from the body of a request, which may be empty.</summary>
    public static async Task<Preconditions> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is null or 0) return new Preconditions(null, null);
        var body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        var given = body?["preconditions"];
        return new Preconditions(given?["uid"]?.GetValue<string>(), given?["resourceVersion"]?.GetValue<string>());
    }

    /// <summary>Refuses as the API server does (registry/generic/registry/store.go of Kubernetes).</summary>
    /// <exception cref="ApiError">409.</exception>
    public void Check(KindInfo kind, JsonObject item)
    {
        var (uid, version) = (item.Uid(), item["metadata"]?["resourceVersion"]?.GetValue<string>());
        if (Uid is not null && Uid != uid)
            throw Conflict(kind, item, $"Precondition failed: UID in precondition: {Uid}, UID in object meta: {uid}");
        if (ResourceVersion is not null && ResourceVersion != version)
        {
            throw Conflict(
                kind,
                item,
                $"Precondition failed: ResourceVersion in precondition: {ResourceVersion}, ResourceVersion in object meta: {version}");
        }
    }

    private static ApiError Conflict(KindInfo kind, JsonObject item, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.QualifiedName} \"{item.Name()}\": {why}");
}
