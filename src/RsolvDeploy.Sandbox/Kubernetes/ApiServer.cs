using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The Kubernetes API over HTTP.</summary>
internal sealed class ApiServer(ObjectStore store, ApiAccess access, ObjectWrites writes, PodEndpoints pods, FaultInjector faults)
{
    private const int LargestBody = 4 * 1024 * 1024;

    private readonly UsageEndpoint _usage = new(store, faults);

    public async Task ServeAsync(HttpContext http)
    {
        try
        {
            access.Authenticate(http);
            await RouteAsync(http);
        }
        catch (ApiError e)
        {
            if (e.Code == 429) http.Response.Headers.RetryAfter = "1";
            await WriteAsync(http, e.Code, e.ToStatus());
        }
        catch (JsonException e)
        {
            await WriteAsync(http, 400, new ApiError(400, "BadRequest", $"the body is not JSON: {e.Message}").ToStatus());
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (Discovery.Find(path, store.Kinds) is { } discovered)
        {
            await WriteAsync(http, 200, discovered);
            return;
        }

        var to = ApiPath.Parse(path, store.Kinds)
            ?? throw new ApiError(404, "NotFound", "the server could not find the requested resource", []);
        access.Authorize(http, to);
        if (_usage.Read(http, to, Selection(http)) is { } usage)
        {
            await WriteAsync(http, 200, usage);
            return;
        }

        if (await pods.ServeAsync(http, to.Subresource, () => Stored(to))) return;
        switch (http.Request.Method, to)
        {
            case ("GET", { Name: null }) when http.Request.Query["watch"] == "true" || http.Request.Query["watch"] == "1":
                await new WatchResponse(store, faults).ServeAsync(http, to, Selection(http));
                break;
            case ("GET", { Name: null }):
                await new ListResponse(store, faults).ServeAsync(http, to, Selection(http));
                break;
            case ("GET", { Subresource: null or "status" }):
                await WriteAsync(http, 200, Stored(to));
                break;
            case ("POST", { Subresource: "eviction" }):
                await WriteAsync(http, 201, writes.Evict(to, (JsonObject)await BodyAsync(http)));
                break;
            case ("POST", { Name: null }) when to.Kind == KindInfo.AccessReviews:
                await WriteAsync(http, 201, access.Review(http, (JsonObject)await BodyAsync(http)));
                break;
            case ("POST", { Name: null }):
                await WriteAsync(http, 201, writes.Create(to, (JsonObject)await BodyAsync(http), WriteOptions.From(http)));
                break;
            case ("PUT", { Name: not null, Subresource: null }):
                await WriteAsync(http, 200, writes.Replace(to, (JsonObject)await BodyAsync(http), WriteOptions.From(http)));
                break;
            case ("PATCH", { Name: not null, Subresource: null }):
                var mediaType = http.Request.ContentType?.Split(';')[0];
                var patch = mediaType == "application/apply-patch+yaml"
                    ? await YamlBody.ReadAsync(http.Request.Body, http.RequestAborted)
                    : await BodyAsync(http);
                var (status, patched) = writes.Patch(to, mediaType, patch, WriteOptions.From(http));
                await WriteAsync(http, status, patched);
                break;
            case ("DELETE", { Name: not null }):
                await WriteAsync(http, 200, writes.Delete(to, await Preconditions.ReadAsync(http)));
                break;
            default:
                throw new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        }
    }

    private JsonObject Stored(ApiPath to) => store.Find(to.Kind, to.Namespace, to.Name!) ?? throw ApiError.NotFound(to.Kind, to.Name!);

    private static Selector Selection(HttpContext http) => new(http.Request.Query["labelSelector"], http.Request.Query["fieldSelector"]);

    private static async Task<JsonNode> BodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > LargestBody) throw new ApiError(413, "RequestEntityTooLarge", "the body is too large");
        return await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) ?? throw new JsonException("null");
    }

    private static async Task WriteAsync(HttpContext http, int status, JsonNode body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await using (var writer = new Utf8JsonWriter(http.Response.BodyWriter)) body.WriteTo(writer);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
