using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine;

/// <summary>Pushes images to the registry and reports the progress of each layer.</summary>
internal sealed class ImagePusher(ImageStore images, FaultInjector faults)
{
    public async Task PushAsync(ImageName name, string? authorization, JsonStream stream, CancellationToken ct)
    {
        await ReportAsync(stream, $"The push refers to repository [{name.Familiar}]", ct);
        if (name.Host != images.RegistryHost)
        {
            string host = name.Host ?? "registry-1.docker.io";
            await stream.FailAsync(
                $"Get \"https://{host}/v2/\": dial tcp: lookup {host}: the sandbox's engine reaches no registry but {images.RegistryHost}",
                ct);
            return;
        }

        var pushes = Find(name);
        if (pushes.Count == 0)
        {
            await stream.FailAsync(name.Tag is null
                ? $"An image does not exist locally with the tag: {name.Familiar}"
                : $"tag does not exist: {name.Tagged}", ct);
            return;
        }

        foreach (var layer in pushes.SelectMany(p => p.Image.Layers).DistinctBy(l => l.DiffId))
            await LayerAsync(stream, layer, "Preparing", ct);
        if (faults.Take(Fault.RegistryDown))
        {
            await stream.FailAsync($"Get \"http://{name.Host}/v2/\": dial tcp {name.Host}: connect: connection refused", ct);
            return;
        }

        if (images.Credential is not null && !IsAllowed(authorization))
        {
            await stream.FailAsync(authorization is null ? "no basic auth credentials" : "unauthorized: authentication required", ct);
            return;
        }

        foreach (var (image, tag) in pushes)
            await PushAsync(image, name with { Tag = tag, Digest = null }, stream, ct);
    }

    /// <summary>Whether a header contains the registry's credential. It is JSON in base64, of either alphabet.</summary>
    public bool IsAllowed(string? authorization)
    {
        if (images.Credential is not { } credential)
            return true;
        try
        {
            string text = (authorization ?? "").Replace('-', '+').Replace('_', '/').TrimEnd('=');
            var json = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='))));
            return (string?)json?["username"] == credential.Username && (string?)json?["password"] == credential.Password;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private List<(LocalImage Image, string Tag)> Find(ImageName name)
    {
        if (name.Tag is not null)
            return images.Local.Find(name.Tagged) is { } one ? [(one, name.Tag)] : [];
        var found = new List<(LocalImage, string)>();
        foreach (var image in images.Local.All)
        {
            foreach (string tagged in images.Local.TagsOf(image))
            {
                if (ImageName.TryParse(tagged, out var other) && other.Familiar == name.Familiar)
                    found.Add((image, other.TagOrLatest));
            }
        }

        return found;
    }

    private async Task PushAsync(LocalImage image, ImageName name, JsonStream stream, CancellationToken ct)
    {
        foreach (var layer in image.Layers)
        {
            if (images.Pushed.FindBlob(name.Path, layer.Digest) is not null)
            {
                await LayerAsync(stream, layer, "Layer already exists", ct);
                continue;
            }

            long total = layer.Blob.Length;
            for (int quarter = 1; quarter <= 4; quarter++)
                await PushingAsync(stream, layer, total * quarter / 4, total, ct);
            await LayerAsync(stream, layer, "Pushed", ct);
        }

        var manifest = images.Push(image, name.Path, name.TagOrLatest);
        images.Local.RecordDigest(image, name, manifest.Digest);
        await ReportAsync(stream, $"{name.TagOrLatest}: digest: {manifest.Digest} size: {manifest.Bytes.Length}", ct);
        await stream.WriteAsync(
            new JsonObject
            {
                ["progressDetail"] = new JsonObject(),
                ["aux"] = new JsonObject { ["Tag"] = name.TagOrLatest, ["Digest"] = manifest.Digest, ["Size"] = manifest.Bytes.Length },
            },
            ct);
    }

    private static Task ReportAsync(JsonStream stream, string status, CancellationToken ct) =>
        stream.WriteAsync(new JsonObject { ["status"] = status }, ct);

    private static Task LayerAsync(JsonStream stream, Layer layer, string status, CancellationToken ct) => stream.WriteAsync(
        new JsonObject { ["status"] = status, ["progressDetail"] = new JsonObject(), ["id"] = Digest.Short(layer.DiffId) }, ct);

    private static Task PushingAsync(JsonStream stream, Layer layer, long current, long total, CancellationToken ct)
    {
        int done = total == 0 ? 50 : (int)(current * 50 / total);
        string bar = done >= 50 ? new string('=', 49) + ">" : new string('=', done) + ">" + new string(' ', 49 - done);
        return stream.WriteAsync(
            new JsonObject
            {
                ["status"] = "Pushing",
                ["progressDetail"] = new JsonObject { ["current"] = current, ["total"] = total },
                ["progress"] = string.Create(CultureInfo.InvariantCulture, $"[{bar}] {current}B/{total}B"),
                ["id"] = Digest.Short(layer.DiffId),
            },
            ct);
    }
}
