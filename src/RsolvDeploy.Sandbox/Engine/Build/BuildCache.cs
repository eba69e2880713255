using System.Collections.Concurrent;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>The results of earlier steps, so that the same build gives the same image.</summary>
internal sealed class BuildCache
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public Entry? Find(string key) => _entries.GetValueOrDefault(key);

    public void Add(string key, Entry entry) => _entries[key] = entry;

    public void Clear() => _entries.Clear();

    /// <summary>The time of a step, and its layer, if any, with the files in it.</summary>
    internal sealed record Entry(DateTimeOffset Created, Layer? Layer, IReadOnlyList<ImageFile> Files);
}
