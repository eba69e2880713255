using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes.Patches;

/// <summary>JSON merge patch, RFC 7386.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject item, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) item.Remove(name);
            else
                item[name] = value is JsonObject inner ? Apply(item[name] is JsonObject mine ? mine.Copy() : [], inner) : value.DeepClone();
        }

        return item;
    }
}
