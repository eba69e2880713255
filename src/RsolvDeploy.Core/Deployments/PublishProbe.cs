using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Asks the registry how far a publish came.</summary>
internal static class PublishProbe
{
    public static async Task<ProbeResult> RunAsync(Target target, JsonObject facts, CancellationToken ct)
    {
        var repository = facts["repository"].Text() ?? "";
        // The tag that carries the instant of this publish can have been pushed by nobody else; it tells, when it is the one that is pushed first.
        if (facts["proof"].Text() is not { } proof) return new ProbeResult(false, "no tag of it carries its instant, so it is pushed anew");
        if (await DigestAsync(proof) is not { } digest) return new ProbeResult(false, $"the registry has no {proof}");
        var missing = new List<string>();
        foreach (var tag in (facts["tags"] as JsonArray ?? []).Select(tag => tag.Text() ?? ""))
            if (await DigestAsync(tag) != digest) missing.Add(tag);
        return new ProbeResult(missing.Count == 0, missing.Count == 0 ? $"the registry serves every tag with {digest}" : $"the registry has {digest}, not yet as {string.Join(", ", missing)}") { Digest = digest };

        async Task<string?> DigestAsync(string tag)
        {
            try
            {
                return (await new ImagePublisher().ResolveAsync(target, $"{repository}:{tag}", ct)).Digest;
            }
            catch (DeployException e) when (e.Category == FaultCategory.ObjectNotFound)
            {
                return null;
            }
        }
    }
}
