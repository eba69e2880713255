using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Finds out in the registry how far a publish got.</summary>
internal static class PublishProbe
{
    /// <summary>Finds it out; changes nothing.</summary>
    public static async Task<ProbeResult> RunAsync(Target target, PublishFacts facts, CancellationToken ct)
    {
        if (facts.Proof is not { } proof) return new ProbeResult(false, "none of its tags carries its timestamp, so it is pushed again");
        if (await FindAsync(target, facts, proof, ct) is not { } digest) return new ProbeResult(false, $"the registry has no {proof}");
        var missing = new List<string>();
        foreach (var tag in facts.Tags)
            if (await FindAsync(target, facts, tag, ct) != digest) missing.Add(tag);
        var evidence = missing.Count == 0
            ? $"the registry serves every tag with {digest}"
            : $"the registry has {digest}, not yet as {string.Join(", ", missing)}";
        return new ProbeResult(missing.Count == 0, evidence) { Digest = digest };
    }

    private static async Task<string?> FindAsync(Target target, PublishFacts facts, string tag, CancellationToken ct)
    {
        try
        {
            return (await new ImagePublisher().ResolveAsync(target, $"{facts.Repository}:{tag}", ct)).Digest;
        }
        catch (DeployException e) when (e.Category == FaultCategory.ObjectNotFound)
        {
            return null;
        }
    }
}
