using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine;

/// <summary>The engine's <c>/images</c> and <c>/distribution</c>. Image names contain slashes, so the routes are parsed by hand.</summary>
internal sealed class ImageEndpoints(ImageStore images, ImagePuller puller, ImagePusher pusher, FaultInjector faults)
{
    private readonly ImageView _view = new(images.Local);

    public void Map(WebApplication app)
    {
        app.MapGet("/images/json", List);
        app.MapPost("/images/create", CreateAsync);
        app.MapPost("/images/prune", () => Results.Json(new JsonObject { ["ImagesDeleted"] = null, ["SpaceReclaimed"] = 0 }));
        app.MapGet("/images/{**rest}", Read);
        app.MapPost("/images/{**rest}", WriteAsync);
        app.MapDelete("/images/{**rest}", Remove);
        app.MapGet("/distribution/{**rest}", Distribution);
    }

    private IResult List(HttpContext http)
    {
        var wanted = new List<ImageName>();
        string filters = http.Request.Query["filters"].ToString();
        try
        {
            // Old clients send {"reference":["a"]}, newer ones {"reference":{"a":true}}.
            var reference = filters.Length == 0 ? null : JsonNode.Parse(filters)?["reference"];
            var texts = reference is JsonArray list ? list.Select(n => (string)n!) : (reference as JsonObject)?.Select(p => p.Key) ?? [];
            foreach (string text in texts)
            {
                if (ImageName.TryParse(text, out var name))
                    wanted.Add(name);
            }

            if (wanted.Count == 0 && texts.Any())
                return Results.Json(new JsonArray());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return EngineEndpoints.Error(400, $"invalid filter: {e.Message}");
        }

        return Results.Json(_view.List(tag => wanted.Count == 0 || (ImageName.TryParse(tag, out var name)
            && wanted.Any(w => w.Familiar == name.Familiar && (w.Tag is null || w.Tag == name.TagOrLatest)))));
    }

    private IResult Read(string rest)
    {
        var (reference, action) = Cut(rest);
        if (action is not ("json" or "history"))
            return EngineEndpoints.Error(404, "page not found");
        if (images.Local.Find(reference) is not { } image)
            return NoSuchImage(reference);
        return Results.Json(action == "json" ? _view.Inspect(image) : (JsonNode)_view.History(image));
    }

    private async Task WriteAsync(HttpContext http, string rest)
    {
        var (reference, action) = Cut(rest);
        var query = http.Request.Query;
        switch (action)
        {
            case "tag":
                await Tag(reference, query["repo"].ToString(), query["tag"].ToString()).ExecuteAsync(http);
                break;
            case "push":
                string tag = query["tag"].ToString();
                if (!ImageName.TryParse(tag.Length == 0 ? reference : $"{reference}:{tag}", out var name))
                {
                    await EngineEndpoints.Error(400, $"invalid reference format: {reference}:{tag}").ExecuteAsync(http);
                    return;
                }

                string? authorization = http.Request.Headers["X-Registry-Auth"];
                await pusher.PushAsync(name, authorization, new JsonStream(http.Response), http.RequestAborted);
                break;
            default:
                await EngineEndpoints.Error(404, "page not found").ExecuteAsync(http);
                break;
        }
    }

    private IResult Tag(string reference, string repository, string tag)
    {
        if (images.Local.Find(reference) is not { } image)
            return NoSuchImage(reference);
        if (!ImageName.TryParse(tag.Length == 0 ? repository : $"{repository}:{tag}", out var name) || name.Digest is not null)
            return EngineEndpoints.Error(400, $"invalid reference format: {repository}:{tag}");
        images.Local.Tag(image, name);
        return Results.StatusCode(201);
    }

    private IResult Remove(HttpContext http, string rest)
    {
        string reference = Uri.UnescapeDataString(rest);
        if (images.Local.Find(reference) is not { } image)
            return NoSuchImage(reference);
        try
        {
            bool force = http.Request.Query["force"].ToString() is "1" or "true" or "True";
            return Results.Json(new JsonArray([.. images.Local.Remove(image, reference, force).Select(r => r.Untagged is not null
                ? new JsonObject { ["Untagged"] = r.Untagged }
                : new JsonObject { ["Deleted"] = r.Deleted })]));
        }
        catch (InvalidOperationException e)
        {
            return EngineEndpoints.Error(409, $"conflict: unable to delete {Digest.Short(image.Id)} (must be forced) - {e.Message}");
        }
    }

    private IResult Distribution(string rest)
    {
        var (reference, action) = Cut(rest);
        if (action != "json" || !ImageName.TryParse(reference, out var name))
            return EngineEndpoints.Error(404, "page not found");
        if (name.Host != images.RegistryHost || images.Pushed.FindManifest(name.Path, name.Digest ?? name.TagOrLatest) is not { } manifest)
            return EngineEndpoints.Error(404, $"manifest for {reference} not found: manifest unknown: manifest unknown");
        return Results.Json(new JsonObject
        {
            ["Descriptor"] = new JsonObject
            {
                ["mediaType"] = manifest.MediaType,
                ["digest"] = manifest.Digest,
                ["size"] = manifest.Bytes.Length,
            },
            ["Platforms"] = new JsonArray(new JsonObject { ["architecture"] = "amd64", ["os"] = "linux" }),
        });
    }

    /// <summary>A pull, or with <c>fromSrc=-</c> the import of a tar.</summary>
    private async Task CreateAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var stream = new JsonStream(http.Response);
        var ct = http.RequestAborted;
        if (query["fromSrc"].ToString() == "-")
        {
            await ImportAsync(http, query["repo"].ToString(), query["tag"].ToString(), stream, ct);
            return;
        }

        string from = query["fromImage"].ToString();
        string tag = query["tag"].ToString();
        string reference = tag.Length == 0 ? from : Digest.IsValid(tag) ? $"{from}@{tag}" : $"{from}:{tag}";
        if (!ImageName.TryParse(reference, out var name))
        {
            await EngineEndpoints.Error(400, $"invalid reference format: {reference}").ExecuteAsync(http);
            return;
        }

        if (name.Host != images.RegistryHost)
        {
            if (images.Local.Find(reference) is null)
            {
                await EngineEndpoints.Error(
                    404, $"pull access denied for {name.Familiar}: the sandbox's engine reaches no registry but {images.RegistryHost}")
                    .ExecuteAsync(http);
            }
            else
            {
                await stream.WriteAsync(new JsonObject { ["status"] = $"Status: Image is up to date for {reference}" }, ct);
            }

            return;
        }

        if (faults.Take(Fault.RegistryDown))
        {
            await EngineEndpoints.Error(500, $"Get \"http://{name.Host}/v2/\": dial tcp {name.Host}: connect: connection refused")
                .ExecuteAsync(http);
            return;
        }

        if (!pusher.IsAllowed(http.Request.Headers["X-Registry-Auth"]))
        {
            await EngineEndpoints.Error(
                500, $"Head \"http://{name.Host}/v2/{name.Path}/manifests/{name.TagOrLatest}\": no basic auth credentials")
                .ExecuteAsync(http);
            return;
        }

        if (puller.Pull(name) is not { } pulled)
        {
            await EngineEndpoints.Error(404, $"manifest for {reference} not found: manifest unknown: manifest unknown").ExecuteAsync(http);
            return;
        }

        await stream.WriteAsync(new JsonObject { ["status"] = $"Pulling from {name.Path}", ["id"] = name.Digest ?? name.TagOrLatest }, ct);
        foreach (var layer in pulled.Image.Layers)
        {
            await stream.WriteAsync(
                new JsonObject { ["status"] = "Pull complete", ["progressDetail"] = new JsonObject(), ["id"] = Digest.Short(layer.Digest) },
                ct);
        }

        await stream.WriteAsync(new JsonObject { ["status"] = $"Digest: {pulled.Digest}" }, ct);
        await stream.WriteAsync(new JsonObject { ["status"] = $"Status: Downloaded newer image for {reference}" }, ct);
    }

    private async Task ImportAsync(HttpContext http, string repository, string tag, JsonStream stream, CancellationToken ct)
    {
        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content, ct);
        if (!ImageName.TryParse(tag.Length == 0 ? repository : $"{repository}:{tag}", out var name))
        {
            await EngineEndpoints.Error(400, $"invalid reference format: {repository}:{tag}").ExecuteAsync(http);
            return;
        }

        var state = new Build.StageState { Created = DateTimeOffset.UtcNow };
        try
        {
            var files = await TarFiles.ReadAsync(content.ToArray(), ct);
            state.Put(Layer.Pack(files), files);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            await EngineEndpoints.Error(500, $"Error processing tar file: {e.Message}").ExecuteAsync(http);
            return;
        }

        state.History.Add(new JsonObject { ["created"] = Instant(state.Created), ["comment"] = "Imported from -" });
        var image = state.ToImage("amd64");
        images.Local.Tag(image, name);
        await stream.WriteAsync(new JsonObject { ["status"] = image.Id }, ct);
    }

    private static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static (string Reference, string Action) Cut(string rest)
    {
        string path = Uri.UnescapeDataString(rest);
        int slash = path.LastIndexOf('/');
        return slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
    }

    private static IResult NoSuchImage(string reference)
    {
        string shown = ImageName.TryParse(reference, out var name) && name.Digest is null && name.Tag is null
            ? $"{reference}:latest"
            : reference;
        return EngineEndpoints.Error(404, $"No such image: {shown}");
    }
}
