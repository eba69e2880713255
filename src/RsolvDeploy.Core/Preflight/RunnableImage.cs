using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Json;

namespace RsolvDeploy.Preflight;

/// <summary><c>environment.image</c>: the registry has the image, it fits the nodes, and the pull secrets open its repository.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The environment.</param>
/// <param name="nodes">The nodes; null when they may not be read.</param>
internal sealed class RunnableImage(ClusterClient cluster, Target target, IReadOnlyList<JsonObject>? nodes)
{
    public async Task<CheckOutcome> EvaluateAsync(JsonObject deployment, ResolvedImage served, CancellationToken ct)
    {
        var outcome = await JudgeAsync(deployment, served, ct);
        var platforms = (nodes ?? []).Select(Platform).Distinct().ToList();
        return platforms.Count == 0 ? outcome : outcome.Compared(string.Join(", ", platforms), string.Join(", ", served.Platforms));
    }

    private async Task<CheckOutcome> JudgeAsync(JsonObject deployment, ResolvedImage served, CancellationToken ct)
    {
        var platforms = (nodes ?? []).Select(Platform).Distinct().ToList();
        var unfit = platforms.Where(platform => !served.Platforms.Contains(platform)).ToList();
        var evidence = $"{served.Reference} ({string.Join(", ", served.Platforms)}); nodes: "
            + $"{(platforms.Count == 0 ? "not known" : string.Join(", ", platforms))}";
        if (platforms.Count > 0 && unfit.Count == platforms.Count)
            return CheckOutcome.NotMet($"{evidence}: it runs on none of them", "Build it for the platform of the nodes (image.platforms).");
        string? pull;
        try
        {
            pull = await PullAsync(deployment, ImageReference.Parse(served.Reference), ct);
        }
        catch (DeployException e) when (e.Id == "Forbidden")
        {
            return CheckOutcome.Warning($"{evidence}; that the pods may pull it is not known: {e.Message}", e.Remedy);
        }

        if (pull is not null)
        {
            return CheckOutcome.Warning(
                $"{evidence}; {pull}",
                "Name a pull secret that opens the repository, or see that the nodes have a credential of their own.");
        }

        return unfit.Count > 0
            ? CheckOutcome.Warning(
                $"{evidence}: not on {string.Join(", ", unfit)}", "Build it for these platforms too, or keep its pods off these nodes.")
            : CheckOutcome.Met(evidence);
    }

    // What the kubelet would present: the secrets of the pods and those of their service account.
    private async Task<string?> PullAsync(JsonObject deployment, ImageReference image, CancellationToken ct)
    {
        var spec = deployment.ReadAs<V1Deployment>().Spec?.Template?.Spec;
        var account = (await cluster.FindAsync(ResourceKind.ServiceAccounts, target.Namespace, spec?.ServiceAccountName ?? "default", ct))
            ?.ReadAs<V1ServiceAccount>();
        var names = (spec?.ImagePullSecrets ?? [])
            .Concat(account?.ImagePullSecrets ?? [])
            .Select(one => one.Name)
            .OfType<string>()
            .Distinct()
            .ToList();
        var logins = new List<DockerConfigFile> { DockerConfigFile.For([], "no pull secret") };
        foreach (var name in names)
        {
            var secret = await cluster.FindAsync(ResourceKind.Secrets, target.Namespace, name, ct);
            if (Logins(secret, name) is { } login) logins.Insert(0, login);
        }

        foreach (var login in logins)
        {
            using var registry = new RegistryClient(image, DockerEnvironment.Learning(cluster.Redactor, cluster.Time), logins: login);
            try
            {
                if (await registry.FindDigestAsync(image.Version, ct) is not null) return null;
            }
            catch (DeployException e) when (RegistryFaults.IsOfLogin(e))
            {
                // The next one may open it.
            }
        }

        return names.Count == 0
            ? "the pods have no pull secret, and the repository is not public"
            : $"none of its pull secrets opens the repository: {string.Join(", ", names)}";
    }

    private static DockerConfigFile? Logins(JsonObject? secret, string name)
    {
        if (secret.At("data", ".dockerconfigjson").Text() is not { } encoded) return null;
        try
        {
            return StrictJson.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(encoded))) is JsonObject document
                ? DockerConfigFile.For(document, $"Secret {name}")
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null; // then it opens nothing, which is what is reported
        }
    }

    private static string Platform(JsonObject node) =>
        node.ReadAs<V1Node>().Status?.NodeInfo is { } info ? $"{info.OperatingSystem}/{info.Architecture}" : "/";
}
