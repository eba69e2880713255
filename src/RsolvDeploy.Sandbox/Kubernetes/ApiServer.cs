using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes.Exec;
using RsolvDeploy.Sandbox.Kubernetes.Patches;
using RsolvDeploy.Sandbox.Security;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The Kubernetes API over HTTP.</summary>
internal sealed class ApiServer(ObjectStore store, Kubelet kubelet, FaultInjector faults, SandboxIdentity identity, PortForwardEndpoint portForward, ExecEndpoint exec, Action<SandboxRequest> seen)
{
    private const int LargestBody = 4 * 1024 * 1024;

    public async Task ServeAsync(HttpContext http)
    {
        // When the answer begins, not when it ends: a watch may last for hours.
        http.Response.OnStarting(() =>
        {
            seen(new SandboxRequest(http.Request.Method, http.Request.Path + http.Request.QueryString, http.Response.StatusCode));
            return Task.CompletedTask;
        });
        try
        {
            Authenticate(http);
            await RouteAsync(http);
        }
        catch (ApiError e)
        {
            if (e.Code == 429) http.Response.Headers.RetryAfter = "1";
            await WriteAsync(http, e.Code, e.ToStatus());
        }
        catch (JsonException e)
        {
            await WriteAsync(http, 400, new ApiError(400, "BadRequest", $"the body is no JSON: {e.Message}").ToStatus());
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    private void Authenticate(HttpContext http)
    {
        var token = http.Request.Headers.Authorization.ToString();
        if (token != $"Bearer {identity.AdminToken}" && token != $"Bearer {identity.ViewerToken}") throw new ApiError(401, "Unauthorized", "Unauthorized");
        if (faults.Take(Fault.Busy429)) throw new ApiError(429, "TooManyRequests", "the server has received too many requests and has asked us to try again later");
        if (faults.Take(Fault.Unavailable503)) throw new ApiError(503, "ServiceUnavailable", "the server is currently unable to handle the request");
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (Discovery.Answer(path, store.Kinds) is { } discovered)
        {
            await WriteAsync(http, 200, discovered);
            return;
        }

        var to = ApiPath.Parse(path, store.Kinds) ?? throw new ApiError(404, "NotFound", "the server could not find the requested resource", []);
        Authorize(http, to);
        switch (http.Request.Method, to)
        {
            case ("GET", { Subresource: "log" }):
                await WriteLogAsync(http, to);
                break;
            case ("GET" or "POST", { Subresource: "portforward" }):
                await portForward.ServeAsync(http, Stored(to));
                break;
            case ("GET" or "POST", { Subresource: "exec" }):
                await exec.ServeAsync(http, Stored(to));
                break;
            case ("GET", { Name: null }) when http.Request.Query["watch"] == "true" || http.Request.Query["watch"] == "1":
                await new WatchResponse(store, faults).ServeAsync(http, to, Selection(http));
                break;
            case ("GET", { Name: null }):
                await WriteAsync(http, 200, new ListResponse(store, faults).Create(http, to, Selection(http)));
                break;
            case ("GET", { Subresource: null or "status" }):
                await WriteAsync(http, 200, Stored(to));
                break;
            case ("POST", { Subresource: "eviction" }):
                await WriteAsync(http, 201, Evict(to, (JsonObject)await BodyAsync(http)));
                break;
            case ("POST", { Name: null }):
                await WriteAsync(http, 201, Create(http, to, await BodyAsync(http), IsDryRun(http)));
                break;
            case ("PUT", { Name: { } name, Subresource: null }):
                var body = (JsonObject)await BodyAsync(http);
                await WriteAsync(http, 200, Change(to, name, _ => body, IsDryRun(http)));
                break;
            case ("PATCH", { Name: { } name, Subresource: null }):
                await PatchAsync(http, to, name);
                break;
            case ("DELETE", { Name: { } name }):
                await WriteAsync(http, 200, Delete(to, name));
                break;
            default:
                throw new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        }
    }

    private void Authorize(HttpContext http, ApiPath to)
    {
        if (http.Request.Headers.Authorization != $"Bearer {identity.ViewerToken}" || to.Kind == KindInfo.AccessReviews) return;
        var verb = http.Request.Method switch { "GET" => to.Name is null ? "list" : "get", "POST" => "create", "PUT" => "update", "PATCH" => "patch", _ => "delete" };
        if (to.Subresource == "exec") verb = "create"; // whatever the method: it runs a program
        if (verb is not ("get" or "list") || to.Kind == KindInfo.Secrets) throw ApiError.Forbidden(to.Kind, to.Name, verb, to.Namespace);
    }

    private JsonObject Create(HttpContext http, ApiPath to, JsonNode body, bool dryRun)
    {
        var item = (JsonObject)body;
        if (to.Kind != KindInfo.AccessReviews) return store.Create(to.Kind, to.Namespace ?? item.Namespace(), item, dryRun);
        var asked = item.At("spec", "resourceAttributes");
        var views = asked.At("verb").Text() is "get" or "list" or "watch" && asked.At("resource").Text() != "secrets" && asked.At("subresource").Text() is null or "log";
        item["status"] = new JsonObject { ["allowed"] = views || http.Request.Headers.Authorization == $"Bearer {identity.AdminToken}" };
        return item;
    }

    private async Task PatchAsync(HttpContext http, ApiPath to, string name)
    {
        var patch = http.Request.ContentType?.StartsWith("application/apply-patch+yaml", StringComparison.Ordinal) == true
            ? await YamlBody.ReadAsync(http.Request.Body, http.RequestAborted)
            : await BodyAsync(http);
        var dryRun = IsDryRun(http);
        switch (http.Request.ContentType?.Split(';')[0])
        {
            case "application/json-patch+json":
                await WriteAsync(http, 200, Change(to, name, item => JsonPatch.Apply(item, (JsonArray)patch), dryRun));
                break;
            case "application/merge-patch+json":
                await WriteAsync(http, 200, Change(to, name, item => MergePatch.Apply(item, (JsonObject)patch), dryRun));
                break;
            case "application/strategic-merge-patch+json":
                await WriteAsync(http, 200, Change(to, name, item => StrategicMerge.Apply(item, (JsonObject)patch), dryRun));
                break;
            case "application/apply-patch+yaml":
                var exists = store.Find(to.Kind, to.Namespace, name) is not null;
                await WriteAsync(http, exists ? 200 : 201, exists
                    ? Change(to, name, item => StrategicMerge.Apply(item, (JsonObject)patch), dryRun)
                    : store.Create(to.Kind, to.Namespace, (JsonObject)patch, dryRun));
                break;
            default:
                throw new ApiError(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
        }
    }

    private JsonObject Change(ApiPath to, string name, Func<JsonObject, JsonObject> change, bool dryRun)
    {
        if (faults.Take(Fault.Conflict409)) throw ApiError.Conflict(to.Kind, name);
        if (to.Kind == KindInfo.Deployments && faults.Take(Fault.AdmissionRefuses)) throw ApiError.Denied("no deployments on Fridays");
        return store.Update(to.Kind, to.Namespace, name, change, dryRun);
    }

    private JsonObject Delete(ApiPath to, string name)
    {
        if (to.Kind != KindInfo.Pods)
        {
            var gone = store.Delete(to.Kind, to.Namespace, name);
            // Most kinds answer that it is done, a few with the object that is gone.
            return to.Kind.Plural is "services" or "serviceaccounts" or "resourcequotas" or "persistentvolumeclaims" or "namespaces" ? gone : new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject(),
                ["status"] = "Success",
                ["details"] = new JsonObject { ["name"] = name, ["kind"] = to.Kind.Plural, ["uid"] = gone.Uid() },
            };
        }

        return store.Update(to.Kind, to.Namespace, name, pod =>
        {
            pod.Object("metadata")["deletionTimestamp"] = Json.Stamp(DateTimeOffset.UtcNow);
            return pod;
        });
    }

    private JsonObject Evict(ApiPath to, JsonObject eviction)
    {
        store.Update(to.Kind, to.Namespace, to.Name!, pod =>
        {
            var conditions = pod.Object("status")["conditions"] as JsonArray ?? [];
            conditions.Add(Conditions.Next(pod, "DisruptionTarget", true, "EvictionByEvictionAPI", "Eviction API: evicting", DateTimeOffset.UtcNow));
            pod.Object("status")["conditions"] = conditions.DeepClone();
            pod.Object("metadata")["deletionTimestamp"] = Json.Stamp(DateTimeOffset.UtcNow);
            return pod;
        });
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = eviction["metadata"]?.DeepClone(), ["status"] = "Success" };
    }

    private JsonObject Stored(ApiPath to) => store.Find(to.Kind, to.Namespace, to.Name!) ?? throw ApiError.NotFound(to.Kind, to.Name!);

    private async Task WriteLogAsync(HttpContext http, ApiPath to)
    {
        var pod = Stored(to);
        var previous = http.Request.Query["previous"] == "true";
        var log = kubelet.Log(pod, previous)
            ?? throw new ApiError(400, "BadRequest", $"previous terminated container \"{http.Request.Query["container"]}\" in pod \"{pod.Name()}\" not found");
        var count = int.TryParse(http.Request.Query["tailLines"], out var tail) ? tail : int.MaxValue;
        http.Response.ContentType = "text/plain";
        foreach (var (line, index) in log.Lines.Select((line, index) => (line, index)).TakeLast(count))
        {
            var stamp = http.Request.Query["timestamps"] == "true" ? $"{log.Started.AddTicks(index).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff}00Z " : "";
            await http.Response.WriteAsync($"{stamp}{line}\n", http.RequestAborted);
        }

        if (http.Request.Query["follow"] != "true") return;
        await http.Response.Body.FlushAsync(http.RequestAborted);
        // A container of the sandbox writes when it starts and when it ends: then there is another log, and this one is over.
        var (_, version) = store.List(to.Kind, to.Namespace);
        while (store.Find(to.Kind, to.Namespace, to.Name!) is { } now && ReferenceEquals(kubelet.Log(now, previous)?.Lines, log.Lines))
        {
            var (changes, next) = store.After(version);
            if (changes.Count > 0) version = changes[^1].Version;
            else await next.WaitAsync(http.RequestAborted);
        }
    }

    private static Selector Selection(HttpContext http) => new(http.Request.Query["labelSelector"], http.Request.Query["fieldSelector"]);

    private static bool IsDryRun(HttpContext http) => http.Request.Query["dryRun"] == "All";

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
