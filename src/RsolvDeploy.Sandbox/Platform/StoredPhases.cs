using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Platform;

/// <summary>
/// The phases that were stored under an idempotency key, as draft-ietf-httpapi-idempotency-key-header has it: the same request is
/// answered with the first response, another one under the same key is refused. Thread safe.
/// </summary>
internal sealed class StoredPhases
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Body, JsonObject Response)> _stored = [];
    private readonly List<JsonObject> _all = [];

    /// <summary>Every phase that was stored, in order.</summary>
    public IReadOnlyList<JsonObject> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    /// <summary>The response that the key has already; null for none.</summary>
    /// <param name="key">The key; empty for a request without one.</param>
    /// <param name="body">The request.</param>
    /// <param name="isOther">Whether the key belongs to another request.</param>
    public JsonObject? Find(string key, JsonObject body, out bool isOther)
    {
        lock (_gate)
        {
            isOther = _stored.TryGetValue(key, out var stored) && stored.Body != body.ToJsonString();
            return stored.Response?.DeepClone().AsObject();
        }
    }

    public void Add(string key, JsonObject body, JsonObject response)
    {
        lock (_gate)
        {
            _all.Add(body.DeepClone().AsObject());
            if (key.Length > 0) _stored[key] = (body.ToJsonString(), response.DeepClone().AsObject());
        }
    }
}
