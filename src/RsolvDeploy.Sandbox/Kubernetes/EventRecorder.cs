using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Records events; a repeated event of the same object increments its count.</summary>
internal sealed class EventRecorder(ObjectStore store)
{
    private readonly Dictionary<string, (string Namespace, string Name)> _known = [];

    public void Record(JsonObject about, string component, string type, string reason, string message)
    {
        var now = Json.Stamp(DateTimeOffset.UtcNow);
        var key = $"{about.Uid()} {reason} {message}";
        if (_known.TryGetValue(key, out var known) && store.Find(KindInfo.Events, known.Namespace, known.Name) is not null)
        {
            store.Update(KindInfo.Events, known.Namespace, known.Name, old =>
            {
                old["count"] = (old["count"].Number() ?? 1) + 1;
                old["lastTimestamp"] = now;
                return old;
            });
            return;
        }

        var made = store.Create(KindInfo.Events, about.Namespace(), new JsonObject
        {
            ["metadata"] = new JsonObject { ["generateName"] = about.Name() + "." },
            ["involvedObject"] = new JsonObject
            {
                ["kind"] = about["kind"].Text(),
                ["namespace"] = about.Namespace(),
                ["name"] = about.Name(),
                ["uid"] = about.Uid(),
                ["apiVersion"] = about["apiVersion"].Text(),
            },
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = new JsonObject { ["component"] = component },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
            ["type"] = type,
        });
        _known[key] = (about.Namespace(), made.Name());
    }
}
