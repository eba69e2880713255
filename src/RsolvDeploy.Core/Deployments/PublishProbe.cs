using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Determines in the registry which tags a publish has pushed.</summary>
internal static class PublishProbe
{
    /// <summary>Determines it; changes nothing.</summary>
    public static async Task<ProbeResult> RunAsync(Target target, PublishFacts facts, CancellationToken ct)
    {
        if (facts.Proof is not { } proof) return new ProbeResult(false, "none of its tags contains a timestamp, so it is pushed again");
        if (await FindAsync(target, facts, proof, ct) is not { } digest) return new ProbeResult(false, $"the registry has no {proof}");
        var missing = new List<string>();
        foreach (var tag in facts.Tags)
            if (await FindAsync(target, facts, tag, ct) != digest) missing.Add(tag);
        var evidence = missing.Count == 0
            ? $"every tag in the registry has digest {digest}"
            : $"the registry has {digest}, but not yet with the tags {string.Join(", ", missing)}";
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
