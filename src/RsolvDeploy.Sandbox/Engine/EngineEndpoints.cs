using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Sandbox.Engine.Build;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine;

/// <summary>The part of the Docker Engine API that is about images. It runs no containers.</summary>
internal sealed partial class EngineEndpoints
{
    private const string Version = "28.5.0";
    private const string ApiVersion = "1.51";
    private const string OldestApiVersion = "1.24";

    private readonly ImageStore _images;
    private readonly ImageBuilder _builder;
    private readonly ImagePusher _pusher;
    private readonly ImageEndpoints _imageEndpoints;

    public EngineEndpoints(ImageStore images, FaultInjector faults)
    {
        _images = images;
        var puller = new ImagePuller(images);
        _builder = new ImageBuilder(images, puller);
        _pusher = new ImagePusher(images, faults);
        _imageEndpoints = new ImageEndpoints(images, puller, _pusher, faults);
    }

    /// <summary>An error as the engine writes it.</summary>
    public static IResult Error(int status, string message) => Results.Json(new JsonObject { ["message"] = message }, statusCode: status);

    public void Map(WebApplication app)
    {
        app.Use(StripVersionAsync);
        // The version is removed from the path before routing.
        app.UseRouting();
        app.MapMethods("/_ping", ["GET", "HEAD"], () => Results.Text("OK"));
        app.MapGet("/version", ShowVersion);
        app.MapGet("/info", ShowInfo);
        app.MapPost("/auth", (Delegate)CheckAuthAsync);
        app.MapPost("/build", BuildAsync);
        app.MapPost("/build/prune", () =>
        {
            _builder.ClearCache();
            return Results.Json(new JsonObject { ["CachesDeleted"] = new JsonArray(), ["SpaceReclaimed"] = 0 });
        });
        app.MapGet("/containers/json", () => Results.Json(new JsonArray()));
        app.MapPost("/session", () => Error(400, "the sandbox's engine offers no build sessions: send the context as the request's body"));
        app.MapPost("/grpc", () => Error(400, "the sandbox's engine offers no build sessions: send the context as the request's body"));
        _imageEndpoints.Map(app);
        app.MapFallback(() => Error(404, "page not found"));
    }

    private static async Task StripVersionAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers["Api-Version"] = ApiVersion;
        headers["Docker-Experimental"] = "false";
        headers["Ostype"] = "linux";
        headers["Server"] = $"Docker/{Version} (linux)";
        headers["Swarm"] = "inactive";
        // Both builders are served. The header declares 1, because the sessions that the CLI opens for the other are not served.
        headers["Builder-Version"] = "1";
        if (VersionPattern().Match(http.Request.Path.Value ?? "") is { Success: true } match)
        {
            var asked = System.Version.Parse(match.Groups[1].Value);
            if (asked > System.Version.Parse(ApiVersion))
            {
                await Error(400, $"client version {asked} is too new. Maximum supported API version is {ApiVersion}").ExecuteAsync(http);
                return;
            }

            if (asked < System.Version.Parse(OldestApiVersion))
            {
                await Error(
                    400,
                    $"client version {asked} is too old. Minimum supported API version is {OldestApiVersion}, please upgrade "
                        + "your client to a newer version")
                    .ExecuteAsync(http);
                return;
            }

            http.Request.Path = match.Groups[2].Value;
        }

        await next(http);
    }

    private static IResult ShowVersion() => Results.Json(new JsonObject
    {
        ["Platform"] = new JsonObject { ["Name"] = "RSOLV sandbox engine" },
        ["Components"] = new JsonArray(new JsonObject
        {
            ["Name"] = "Engine",
            ["Version"] = Version,
            ["Details"] = new JsonObject
            {
                ["ApiVersion"] = ApiVersion,
                ["MinAPIVersion"] = OldestApiVersion,
                ["Os"] = "linux",
                ["Arch"] = "amd64",
            },
        }),
        ["Version"] = Version,
        ["ApiVersion"] = ApiVersion,
        ["MinAPIVersion"] = OldestApiVersion,
        ["GitCommit"] = "rsolv-sandbox",
        ["GoVersion"] = "none",
        ["Os"] = "linux",
        ["Arch"] = "amd64",
        ["KernelVersion"] = Environment.OSVersion.Version.ToString(),
        ["BuildTime"] = "2026-01-01T00:00:00.000000000+00:00",
    });

    private IResult ShowInfo() => Results.Json(new JsonObject
    {
        ["ID"] = "rsolv-sandbox",
        ["Name"] = "rsolv-sandbox",
        ["Containers"] = 0,
        ["ContainersRunning"] = 0,
        ["ContainersPaused"] = 0,
        ["ContainersStopped"] = 0,
        ["Images"] = _images.Local.All.Count,
        ["Driver"] = "memory",
        ["OperatingSystem"] = "RSOLV sandbox",
        ["OSType"] = "linux",
        ["Architecture"] = "x86_64",
        ["NCPU"] = Environment.ProcessorCount,
        ["MemTotal"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        ["ServerVersion"] = Version,
        ["IndexServerAddress"] = "https://index.docker.io/v1/",
        ["RegistryConfig"] = new JsonObject
        {
            ["InsecureRegistryCIDRs"] = new JsonArray("127.0.0.0/8"),
            ["IndexConfigs"] = new JsonObject(),
            ["Mirrors"] = new JsonArray(),
        },
        ["Swarm"] = new JsonObject { ["LocalNodeState"] = "inactive" },
        ["Warnings"] = new JsonArray("This is the sandbox's engine: RUN is simulated, and no container runs."),
    });

    private async Task<IResult> CheckAuthAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        string body = await reader.ReadToEndAsync(http.RequestAborted);
        return _pusher.IsAllowed(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(body)))
            ? Results.Json(new JsonObject { ["Status"] = "Login Succeeded", ["IdentityToken"] = "" })
            : Error(401, $"Get \"http://{_images.RegistryHost}/v2/\": unauthorized: authentication required");
    }

    private async Task BuildAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        BuildRequest request;
        try
        {
            request = BuildRequest.Read(http.Request.Query);
        }
        catch (FormatException e)
        {
            await Error(400, e.Message).ExecuteAsync(http);
            return;
        }

        using var context = new MemoryStream();
        await http.Request.Body.CopyToAsync(context, ct);
        var stream = new JsonStream(http.Response);
        BuildOutput output = request.BuildKit ? new BuildKitOutput(stream) : new ClassicOutput(stream);
        try
        {
            await _builder.BuildAsync(request, context.ToArray(), output, ct);
        }
        catch (BuildException e) when (!http.Response.HasStarted)
        {
            await Error(e.Message.StartsWith("dockerfile parse error", StringComparison.Ordinal) ? 400 : 500, e.Message).ExecuteAsync(http);
        }
        catch (BuildException e)
        {
            await output.FailAsync(e, ct);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException)
        {
            await Error(500, $"Error processing tar file: {e.Message}").ExecuteAsync(http);
        }
    }

    [GeneratedRegex(@"^/v(\d+\.\d+)(/.*)$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex VersionPattern();
}
