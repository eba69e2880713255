namespace RsolvDeploy.Sandbox.Images;

/// <summary>The content of the registry: blobs, manifests and tags by repository.</summary>
internal sealed class PushedImages
{
    private readonly Lock _gate = new();
    private readonly List<string> _tagged = [];
    private readonly Dictionary<string, Repository> _repositories = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Repositories
    {
        get { lock (_gate) return [.. _repositories.Keys.Order(StringComparer.Ordinal)]; }
    }

    /// <summary>Every push of a tag, in order: <c>repository:tag</c>.</summary>
    public IReadOnlyList<string> Tagged
    {
        get { lock (_gate) return [.. _tagged]; }
    }

    public void PutBlob(string repository, string digest, byte[] content)
    {
        lock (_gate)
            GetOrAdd(repository).Blobs[digest] = content;
    }

    public byte[]? FindBlob(string repository, string digest)
    {
        lock (_gate)
            return _repositories.GetValueOrDefault(repository)?.Blobs.GetValueOrDefault(digest);
    }

    public bool RemoveBlob(string repository, string digest)
    {
        lock (_gate)
            return _repositories.GetValueOrDefault(repository)?.Blobs.Remove(digest) ?? false;
    }

    public PushedManifest PutManifest(string repository, string? tag, string mediaType, byte[] content)
    {
        var manifest = new PushedManifest(mediaType, Digest.Compute(content), content);
        lock (_gate)
        {
            var stored = GetOrAdd(repository);
            stored.Manifests[manifest.Digest] = manifest;
            if (tag is not null)
            {
                stored.Tags[tag] = manifest.Digest;
                _tagged.Add($"{repository}:{tag}");
            }
        }

        return manifest;
    }

    /// <summary>By tag or by digest.</summary>
    public PushedManifest? FindManifest(string repository, string reference)
    {
        lock (_gate)
        {
            if (!_repositories.TryGetValue(repository, out var stored))
                return null;
            string? digest = Digest.IsValid(reference) ? reference : stored.Tags.GetValueOrDefault(reference);
            return digest is null ? null : stored.Manifests.GetValueOrDefault(digest);
        }
    }

    /// <summary>All manifests of a repository.</summary>
    public IReadOnlyList<PushedManifest> FindManifests(string repository)
    {
        lock (_gate)
            return _repositories.TryGetValue(repository, out var stored) ? [.. stored.Manifests.Values] : [];
    }

    /// <summary>By digest: the manifest and its tags. By tag: the tag alone.</summary>
    public bool RemoveManifest(string repository, string reference)
    {
        lock (_gate)
        {
            if (!_repositories.TryGetValue(repository, out var stored))
                return false;
            if (!Digest.IsValid(reference))
                return stored.Tags.Remove(reference);
            foreach (string tag in stored.Tags.Where(t => t.Value == reference).Select(t => t.Key).ToList())
                stored.Tags.Remove(tag);
            return stored.Manifests.Remove(reference);
        }
    }

    /// <summary>The tags in order; null when there is no such repository.</summary>
    public IReadOnlyList<string>? FindTags(string repository)
    {
        lock (_gate)
            return _repositories.TryGetValue(repository, out var stored) ? [.. stored.Tags.Keys.Order(StringComparer.Ordinal)] : null;
    }

    private Repository GetOrAdd(string name)
    {
        if (!_repositories.TryGetValue(name, out var stored))
            _repositories[name] = stored = new Repository();
        return stored;
    }

    private sealed class Repository
    {
        public Dictionary<string, byte[]> Blobs { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, PushedManifest> Manifests { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);
    }
}
