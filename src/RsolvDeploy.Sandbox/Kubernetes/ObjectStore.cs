using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>A change of an object.</summary>
internal sealed record Change(long Version, string Type, KindInfo Kind, JsonObject Object);

/// <summary>All objects and their last changes. Thread safe: it stores and returns copies.</summary>
internal sealed class ObjectStore
{
    /// <summary>The version before the first change; older versions are gone.</summary>
    public const long First = 1000;

    private const int RememberedChanges = 5000;
    private readonly Lock _gate = new();
    // By kind, so that controllers of few kinds do not iterate over the objects of all others.
    private readonly Dictionary<KindInfo, SortedDictionary<string, JsonObject>> _objects = [];
    private readonly List<Change> _changes = [];
    private long _version = First;
    private long _forgotten = First;
    private readonly ListSnapshots _snapshots = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Version
    {
        get { lock (_gate) return _version; }
    }

    /// <summary>The served kinds: the built-in ones and those of CustomResourceDefinitions.</summary>
    public IReadOnlyList<KindInfo> Kinds { get; private set; } = KindInfo.All;

    public JsonObject? Find(KindInfo kind, string? ns, string name)
    {
        lock (_gate) return For(kind).GetValueOrDefault(Key(kind, ns, name))?.Copy();
    }

    public (IReadOnlyList<JsonObject> Items, long Version) List(KindInfo kind, string? ns)
    {
        lock (_gate)
        {
            return ([.. In(kind, ns).Select(item => item.Copy())], _version);
        }
    }

    /// <summary>A chunk of the objects that a selector matches; all of them without a limit.</summary>
    public ListChunk Chunk(KindInfo kind, string? ns, Selector selection, int limit, string token)
    {
        lock (_gate)
        {
            if (token.Length > 0) return _snapshots.Next(token, limit);
            return _snapshots.First([.. In(kind, ns).Where(selection.Matches)], _version, limit);
        }
    }

    public JsonObject Create(KindInfo kind, string? ns, JsonObject item, bool dryRun = false)
    {
        lock (_gate)
        {
            if (kind.Namespaced && ns is not null && !For(KindInfo.Namespaces).ContainsKey(ns))
                throw ApiError.NotFound(KindInfo.Namespaces, ns);
            var made = Prepare(kind, ns, item);
            var key = Key(kind, ns, made.Name());
            if (For(kind).ContainsKey(key)) throw ApiError.AlreadyExists(kind, made.Name());
            if (ns is not null) ObjectQuota.Admit(this, kind, ns, made);
            GeneratedFields.Create(this, kind, made);
            if (!dryRun)
            {
                GeneratedFields.Control(this, kind, made);
                Put(key, kind, made, "ADDED");
            }

            return made.Copy();
        }
    }

    /// <summary>Replaces an object. A version in it must be the stored one. An equal object changes nothing.</summary>
    public JsonObject Update(KindInfo kind, string? ns, string name, Func<JsonObject, JsonObject> change, bool dryRun = false)
    {
        lock (_gate)
        {
            var key = Key(kind, ns, name);
            var stored = For(kind).GetValueOrDefault(key) ?? throw ApiError.NotFound(kind, name);
            var wanted = change(stored.Copy());
            if (wanted.At("metadata", "resourceVersion").Text() is { Length: > 0 } version
                && version != stored.At("metadata", "resourceVersion").Text())
            {
                throw ApiError.Conflict(kind, name);
            }

            foreach (var kept in new[] { "uid", "creationTimestamp", "resourceVersion", "generation", "name", "namespace" })
            {
                if (stored.At("metadata", kept) is { } value) wanted.Object("metadata")[kept] = value.DeepClone();
            }

            GeneratedFields.Update(this, kind, stored, wanted);
            Defaults.Apply(kind, wanted);
            if (JsonNode.DeepEquals(stored, wanted)) return wanted;
            ImmutableFields.Validate(kind, stored, wanted);
            DataKeys.Validate(kind, wanted);
            if (!JsonNode.DeepEquals(stored["spec"], wanted["spec"]) && stored.At("metadata", "generation").Number() is { } generation)
                wanted.Object("metadata")["generation"] = generation + 1;
            if (!dryRun) Put(key, kind, wanted, "MODIFIED");
            return wanted.Copy();
        }
    }

    /// <summary>Deletes an object.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="check">Throws when the object must stay; null for nothing to check.</param>
    public JsonObject Delete(KindInfo kind, string? ns, string name, Action<JsonObject>? check = null)
    {
        lock (_gate)
        {
            var key = Key(kind, ns, name);
            var gone = For(kind).GetValueOrDefault(key) ?? throw ApiError.NotFound(kind, name);
            check?.Invoke(gone);
            For(kind).Remove(key);
            Record(kind, gone.Copy(), "DELETED");
            Redefine(kind);
            return gone;
        }
    }

    /// <summary>The changes after a version, or when there are none a task that ends with the next one.</summary>
    public (IReadOnlyList<Change> Changes, Task Next) After(long version)
    {
        lock (_gate)
        {
            if (version < _forgotten) throw ApiError.Expired("too old resource version");
            var first = _changes.FindIndex(change => change.Version > version);
            return first < 0 ? ([], _changed.Task) : (_changes[first..], Task.CompletedTask);
        }
    }

    private static JsonObject Prepare(KindInfo kind, string? ns, JsonObject item)
    {
        var made = item.Copy();
        var metadata = made.Object("metadata");
        made["apiVersion"] ??= kind.ApiVersion;
        made["kind"] ??= kind.Kind;
        metadata["name"] ??= metadata["generateName"].Text() is { } prefix
            ? prefix + Suffix()
            : throw ApiError.Invalid($"{kind.Kind}: metadata.name: Required value: name or generateName is required");
        if (kind.Namespaced) metadata["namespace"] = ns;
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Json.Stamp(DateTimeOffset.UtcNow);
        if (made["spec"] is not null) metadata["generation"] = 1;
        Defaults.Apply(kind, made);
        DataKeys.Validate(kind, made);
        return made;
    }

    private void Put(string key, KindInfo kind, JsonObject item, string type)
    {
        Record(kind, item, type);
        For(kind)[key] = item;
        Redefine(kind);
    }

    private void Redefine(KindInfo kind)
    {
        if (kind == KindInfo.Definitions) Kinds = [.. KindInfo.All, .. For(kind).Values.Select(KindInfo.For)];
    }

    private void Record(KindInfo kind, JsonObject item, string type)
    {
        item.Object("metadata")["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        if (_changes.Count == RememberedChanges)
        {
            _forgotten = _changes[0].Version;
            _changes.RemoveAt(0);
        }

        _changes.Add(new Change(_version, type, kind, item.Copy()));
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    // The letters of Kubernetes' generated names: no vowels, so no words.
    public static string Suffix() => RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);

    private static string Key(KindInfo kind, string? ns, string name) => kind.Namespaced ? $"{ns}/{name}" : name;

    private SortedDictionary<string, JsonObject> For(KindInfo kind) =>
        _objects.TryGetValue(kind, out var found)
            ? found
            : (_objects[kind] = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal));

    private IEnumerable<JsonObject> In(KindInfo kind, string? ns) =>
        ns is null
            ? For(kind).Values
            : For(kind).Where(entry => entry.Key.StartsWith(ns + "/", StringComparison.Ordinal)).Select(entry => entry.Value);
}
