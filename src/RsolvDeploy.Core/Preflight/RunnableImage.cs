using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Json;

namespace RsolvDeploy.Preflight;

/// <summary>Whether an image can run: the registry has it, it fits the nodes, and the namespace's pull secrets open it.</summary>
internal static class RunnableImage
{
    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, JsonObject deployment, ResolvedImage served, IReadOnlyList<JsonObject>? nodes, CancellationToken ct)
    {
        var platforms = (nodes ?? []).Select(Platform).Distinct().ToList();
        var unfit = platforms.Where(platform => !served.Platforms.Contains(platform)).ToList();
        var evidence = $"{served.Reference} ({string.Join(", ", served.Platforms)}); nodes: {(platforms.Count == 0 ? "not known" : string.Join(", ", platforms))}";
        if (platforms.Count > 0 && unfit.Count == platforms.Count)
            return CheckOutcome.Failed($"{evidence}: it runs on none of them", "Build it for the platform of the nodes (image.platforms).");
        string? pull;
        try
        {
            pull = await PullAsync(cluster, target, deployment, ImageReference.Parse(served.Reference), ct);
        }
        catch (DeployException e) when (e.Id == "Forbidden")
        {
            return CheckOutcome.Warning($"{evidence}; that the pods may pull it is not known: {e.Message}", e.Remedy);
        }

        if (pull is not null) return CheckOutcome.Warning($"{evidence}; {pull}", "Name a pull secret that opens the repository, or see that the nodes have a credential of their own.");
        return unfit.Count > 0
            ? CheckOutcome.Warning($"{evidence}: not on {string.Join(", ", unfit)}", "Build it for these platforms too, or keep its pods off these nodes.")
            : CheckOutcome.Passed(evidence);
    }

    // What the kubelet would present: the secrets of the pods and those of their service account.
    private static async Task<string?> PullAsync(ClusterClient cluster, Target target, JsonObject deployment, ImageReference image, CancellationToken ct)
    {
        var spec = deployment.ReadAs<V1Deployment>().Spec?.Template?.Spec;
        var account = (await cluster.FindAsync(ResourceKind.ServiceAccounts, target.Namespace, spec?.ServiceAccountName ?? "default", ct))?.ReadAs<V1ServiceAccount>();
        var names = (spec?.ImagePullSecrets ?? []).Concat(account?.ImagePullSecrets ?? []).Select(one => one.Name).OfType<string>().Distinct().ToList();
        var logins = new List<DockerConfigFile> { DockerConfigFile.For([], "no pull secret") };
        foreach (var name in names)
        {
            var secret = await cluster.FindAsync(ResourceKind.Secrets, target.Namespace, name, ct);
            if (Logins(secret, name) is { } login) logins.Insert(0, login);
        }

        foreach (var login in logins)
        {
            using var registry = new RegistryClient(image, DockerEnvironment.Current, logins: login);
            try
            {
                if (await registry.FindDigestAsync(image.Version, ct) is not null) return null;
            }
            catch (DeployException e) when (e.Id == "RegistryUnauthorized")
            {
                // The next one may open it.
            }
        }

        return names.Count == 0 ? "the pods have no pull secret, and the repository is not public" : $"none of its pull secrets opens the repository: {string.Join(", ", names)}";
    }

    private static DockerConfigFile? Logins(JsonObject? secret, string name)
    {
        if (secret.At("data", ".dockerconfigjson").Text() is not { } encoded) return null;
        try
        {
            return JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(encoded))) is JsonObject document ? DockerConfigFile.For(document, $"Secret {name}") : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null; // then it opens nothing, which is what is said
        }
    }

    private static string Platform(JsonObject node) =>
        node.ReadAs<V1Node>().Status?.NodeInfo is { } info ? $"{info.OperatingSystem}/{info.Architecture}" : "/";
}
