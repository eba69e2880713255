using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>
/// What refers to a manifest: by the API of OCI 1.1, or by the tag that replaces it in older registries and that their clients maintain.
/// </summary>
/// <param name="registry">The client of the repository.</param>
internal sealed class RegistryReferrers(RegistryClient registry)
{
    private const int MostPages = 20;
    private const int MostAttempts = 5;

    /// <summary>The tag of the index of referrers.</summary>
    public static string FallbackTag(string digest) => digest.Replace(':', '-');

    /// <summary>The descriptors of what refers to a digest; empty for none.</summary>
    public async Task<IReadOnlyList<JsonObject>> FindAsync(string digest, CancellationToken ct)
    {
        var found = new List<JsonObject>();
        var path = $"referrers/{digest}";
        for (var page = 0; page < MostPages; page++)
        {
            using var response = await registry.SendAsync(HttpMethod.Get, path, [RegistryManifest.OciIndex], ct);
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != RegistryManifest.OciIndex)
                return page > 0 ? found : Descriptors((await registry.FindManifestAsync(FallbackTag(digest), ct))?.Document);
            var content = await response.Content.ReadAsByteArrayAsync(ct);
            found.AddRange(Descriptors(RegistryManifest.Parse(content, "", RegistryManifest.OciIndex, digest).Document));
            if (NextPage(response) is not { } next) return found;
            path = next;
        }

        return found;
    }

    /// <summary>Adds referrers to the index under the tag. Another client may write it at the same time, so it is read again.</summary>
    /// <exception cref="DeployException"><c>ReferrersBusy</c>, or an error of the registry.</exception>
    public async Task AddAsync(string digest, IReadOnlyList<JsonObject> descriptors, CancellationToken ct)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var known = Descriptors((await registry.FindManifestAsync(FallbackTag(digest), ct))?.Document);
            var missing = descriptors.Where(one => !known.Any(other => other["digest"].Text() == one["digest"].Text())).ToList();
            if (missing.Count == 0) return;
            try
            {
                await WriteAsync(digest, [.. known, .. missing], ct);
            }
            catch (DeployException e) when (e.Id == "RegistryUnreachable" && attempt == 0)
            {
                // A registry refuses an index that names a manifest which somebody deleted.
                await WriteAsync(digest, [.. await ExistingAsync(known, ct), .. missing], ct);
            }
        }

        throw new DeployException("ReferrersBusy", FaultCategory.ResourceBusy,
            $"Other clients overwrite the index of what refers to {digest} again and again.", "Run the command again.")
        { Subject = digest };
    }

    private async Task WriteAsync(string digest, IEnumerable<JsonObject> descriptors, CancellationToken ct)
    {
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciIndex,
            ["manifests"] = new JsonArray([.. descriptors.Select(one => one.DeepClone())]),
        };
        await registry.TagAsync(FallbackTag(digest), RegistryManifest.Create(index), ct);
    }

    private async Task<IReadOnlyList<JsonObject>> ExistingAsync(IEnumerable<JsonObject> descriptors, CancellationToken ct)
    {
        var existing = new List<JsonObject>();
        foreach (var one in descriptors)
            if (one["digest"].Text() is { } digest && await registry.FindDigestAsync(digest, ct) is not null) existing.Add(one);
        return existing;
    }

    private static List<JsonObject> Descriptors(JsonObject? index) => [.. index.At("manifests").Objects()];

    // The address is resolved against that of the request, and has to stay on the same host.
    private static string? NextPage(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links)) return null;
        var link = links.FirstOrDefault(
            one => one.Replace("\"", "", StringComparison.Ordinal).Contains("rel=next", StringComparison.Ordinal));
        var asked = response.RequestMessage!.RequestUri!;
        return link?.Split('<', '>').ElementAtOrDefault(1) is { } target && Uri.TryCreate(asked, target, out var next)
            && next.Authority == asked.Authority ? next.ToString() : null;
    }
}
