namespace RsolvDeploy.Images.Build;

/// <summary>What a configuration requires that the engine's API cannot do, but <c>docker buildx</c> can.</summary>
internal static class BuildxRequirements
{
    /// <summary>The keys of the configuration that require it; empty when the engine's API suffices.</summary>
    public static IReadOnlyList<string> For(ImageSettings image)
    {
        var keys = new List<string>();
        if (image.Platforms.Count > 1) keys.Add("image.platforms");
        if (image.Contexts.Count > 0) keys.Add("image.contexts");
        if (image.Secrets.Count > 0) keys.Add("image.secrets");
        if (image.CacheFrom.Count > 0) keys.Add("image.cacheFrom");
        if (image.CacheTo.Count > 0) keys.Add("image.cacheTo");
        if (image.Attestations.Any) keys.Add("image.attestations");
        if (image.Buildx is not null) keys.Add("image.buildx");
        return keys;
    }

    /// <summary>Whether the result is an index, which the engine cannot store: buildx itself pushes it.</summary>
    public static bool IsIndex(ImageSettings image) => image.Platforms.Count > 1 || image.Attestations.Any;
}
