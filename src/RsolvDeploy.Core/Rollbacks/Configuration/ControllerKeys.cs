using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>The keys of a ConfigMap or Secret that a controller wrote, as <c>managedFields</c> show. A rollback leaves them.</summary>
internal static class ControllerKeys
{
    // With these people, and the tools that they run, write; every other manager is a program that writes by itself.
    private static readonly string[] People =
    [
        "rsolvdeploy", "kubectl", "oc", "helm", "kustomize", "skaffold", "k9s", "lens", "openlens", "freelens", "node-fetch", "headlamp",
        "dashboard", "octant", "mozilla", "curl", "wget", "postmanruntime", "powershell", "pwsh", "terraform", "hashicorp", "opentofu",
        "pulumi", "ansible", "helmfile", "werf", "kapp", "krane", "tilt", "devspace", "okteto",
        "openapi-generator", "python-requests", "python-urllib", "before-first-apply", "unknown",
    ];

    // A tool that runs in the cluster by itself: helm-controller, pulumi-kubernetes-operator.
    private static readonly string[] Programs = ["controller", "operator", "agent"];

    /// <summary>
    /// Takes the live values of the keys that controllers wrote into the object to restore; returns them, each with its controller.
    /// </summary>
    public static IReadOnlyList<string> Keep(JsonObject wanted, JsonObject live)
    {
        var kept = new List<string>();
        foreach (var part in (string[])["data", "binaryData"])
        {
            var (old, now) = (wanted[part] as JsonObject ?? [], live[part] as JsonObject ?? []);
            foreach (var key in old.Concat(now).Select(entry => entry.Key).Distinct(StringComparer.Ordinal).ToList())
            {
                if (JsonNode.DeepEquals(old[key], now[key]) || Writer(live, part, key) is not { } writer || IsPerson(writer)) continue;
                if (wanted[part] is not JsonObject values) wanted[part] = values = [];
                values.Remove(key);
                if (now[key] is { } value) values[key] = value.DeepClone();
                kept.Add($"{part}.{key} of {writer}");
            }
        }

        return kept;
    }

    // Who set a key last; of a key that was removed, who wrote the object last. Null when the server does not show it.
    private static string? Writer(JsonObject live, string part, string key)
    {
        var entries = live.At("metadata", "managedFields").Objects()
            .OrderByDescending(entry => entry["time"].Text(), StringComparer.Ordinal)
            .ToList();
        var isThere = (live[part] as JsonObject)?.ContainsKey(key) == true;
        return (isThere ? entries.Find(entry => entry.At("fieldsV1", $"f:{part}", $"f:{key}") is not null) : entries.FirstOrDefault())?
            ["manager"].Text();
    }

    // Tools write under the name of their file, with its version and .exe: terraform-provider-kubernetes_v2.38.0_x5, helm.exe.
    private static bool IsPerson(string manager) =>
        Array.Exists(People, tool => manager.StartsWith(tool, StringComparison.OrdinalIgnoreCase)
            && (manager.Length == tool.Length || !char.IsAsciiLetter(manager[tool.Length])))
        && !Array.Exists(Programs, one => manager.Contains(one, StringComparison.OrdinalIgnoreCase));
}
