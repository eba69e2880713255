using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Conditions whose times move only when they change.</summary>
internal static class Conditions
{
    /// <summary>A copy of a condition of that type; null when there is none.</summary>
    public static JsonObject? For(JsonObject? item, string type) =>
        (item.At("status", "conditions") as JsonArray ?? [])
            .OfType<JsonObject>()
            .FirstOrDefault(condition => condition["type"].Text() == type)
            ?.Copy();

    public static JsonObject Next(JsonObject item, Condition wanted, DateTimeOffset now)
    {
        var (type, status, reason, message) = wanted;
        var before = For(item, type);
        var text = status ? "True" : "False";
        if (before is not null
            && before["status"].Text() == text
            && before["reason"].Text() == reason
            && before["message"].Text() == message)
        {
            return before;
        }

        return new JsonObject
        {
            ["type"] = type,
            ["status"] = text,
            ["lastUpdateTime"] = Json.Stamp(now),
            ["lastTransitionTime"] = before is not null && before["status"].Text() == text
                ? before["lastTransitionTime"]!.DeepClone()
                : Json.Stamp(now),
            ["reason"] = reason,
            ["message"] = message,
        };
    }
}
