namespace RsolvDeploy.Sandbox.Images;

/// <summary>The engine's own images and their names.</summary>
internal sealed class LocalImages
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LocalImage> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

    public IReadOnlyList<LocalImage> All
    {
        get { lock (_gate) return [.. _images.Values]; }
    }

    public void Add(LocalImage image)
    {
        lock (_gate)
            _images[image.Id] = image;
    }

    public void Tag(LocalImage image, ImageName name)
    {
        lock (_gate)
        {
            _images[image.Id] = image;
            _tags[name.Tagged] = image.Id;
        }
    }

    /// <summary>Records the digest of the image in a registry.</summary>
    public void RecordDigest(LocalImage image, ImageName name, string digest)
    {
        lock (_gate)
            _digests[$"{name.Familiar}@{digest}"] = image.Id;
    }

    /// <summary>Finds an image by id, by the start of an id, by name and tag, or by name and digest.</summary>
    public LocalImage? Find(string reference)
    {
        lock (_gate)
        {
            string hex = reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference["sha256:".Length..] : reference;
            if (ImageName.TryParse(reference, out var name))
            {
                string key = name.Digest is null ? name.Tagged : $"{name.Familiar}@{name.Digest}";
                var names = name.Digest is null ? _tags : _digests;
                if (names.TryGetValue(key, out string? id))
                    return _images[id];
            }

            if (hex.Length is < 4 or > 64 || !hex.All(char.IsAsciiHexDigitLower))
                return null;
            var matches = _images.Values.Where(i => i.Id.AsSpan("sha256:".Length).StartsWith(hex)).Take(2).ToList();
            return matches.Count == 1 ? matches[0] : null;
        }
    }

    public IReadOnlyList<string> TagsOf(LocalImage image) => NamesOf(_tags, image);

    public IReadOnlyList<string> DigestsOf(LocalImage image) => NamesOf(_digests, image);

    /// <summary>Removes a name, and the image with its last name. Returns the removals as the engine reports them.</summary>
    public IReadOnlyList<Removal> Remove(LocalImage image, string reference, bool force)
    {
        lock (_gate)
        {
            var removals = new List<Removal>();
            var tags = NamesOf(_tags, image);
            bool byName = ImageName.TryParse(reference, out var name) && tags.Contains(name.Tagged);
            if (!byName && tags.Count > 1 && !force)
                throw new InvalidOperationException("image is referenced in multiple repositories");

            foreach (string tag in byName ? [name!.Tagged] : tags)
            {
                _tags.Remove(tag);
                removals.Add(new Removal(tag, null));
            }

            if (NamesOf(_tags, image).Count > 0)
                return removals;
            foreach (string digest in NamesOf(_digests, image))
            {
                _digests.Remove(digest);
                removals.Add(new Removal(digest, null));
            }

            _images.Remove(image.Id);
            removals.Add(new Removal(null, image.Id));
            return removals;
        }
    }

    private List<string> NamesOf(Dictionary<string, string> names, LocalImage image)
    {
        lock (_gate)
            return [.. names.Where(n => n.Value == image.Id).Select(n => n.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>A removed name or image.</summary>
    internal sealed record Removal(string? Untagged, string? Deleted);
}
