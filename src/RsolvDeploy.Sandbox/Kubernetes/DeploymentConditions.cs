using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The conditions of a Deployment. One that is set again with the same status and reason stays as it is.</summary>
internal sealed class DeploymentConditions(JsonObject deployment, DateTimeOffset now)
{
    private readonly List<JsonObject> _all =
        [.. (deployment.At("status", "conditions") as JsonArray ?? []).OfType<JsonObject>().Select(condition => condition.Copy())];

    public string? Reason(string type) => Find(type)?["reason"].Text();

    public DateTimeOffset UpdatedAt(string type) => Find(type)?["lastUpdateTime"].Text() is { } at
        ? DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)
        : now;

    public void Set((string Type, string Status, string Reason, string Message) wanted)
    {
        if (Find(wanted.Type) is not { } before || before["status"].Text() != wanted.Status || before["reason"].Text() != wanted.Reason)
            Renew(wanted);
    }

    /// <summary>Sets it anew, so that the progress deadline counts from now.</summary>
    public void Renew((string Type, string Status, string Reason, string Message) wanted)
    {
        var before = Find(wanted.Type);
        Remove(wanted.Type);
        _all.Add(new JsonObject
        {
            ["type"] = wanted.Type,
            ["status"] = wanted.Status,
            ["lastUpdateTime"] = Json.Stamp(now),
            ["lastTransitionTime"] = before?["status"].Text() == wanted.Status
                ? before["lastTransitionTime"]!.DeepClone()
                : Json.Stamp(now),
            ["reason"] = wanted.Reason,
            ["message"] = wanted.Message,
        });
    }

    public void Remove(string type) => _all.RemoveAll(condition => condition["type"].Text() == type);

    public JsonArray ToArray() => new([.. _all]);

    private JsonObject? Find(string type) => _all.Find(condition => condition["type"].Text() == type);
}
