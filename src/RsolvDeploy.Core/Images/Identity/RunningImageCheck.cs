using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;

namespace RsolvDeploy.Images.Identity;

/// <summary>
/// Checks that the containers of a rollout run the image that was asked for. The registry is read only where the reported digest is another
/// one. What cannot be proven is a warning with its reason: the pods are healthy all the same.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="environment">The logins of the registries.</param>
/// <param name="clock">The clock.</param>
internal sealed class RunningImageCheck(ClusterClient cluster, DockerEnvironment environment, TimeProvider clock)
{
    // The rollout is over, and its result waits for this.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Checks them.</summary>
    public async Task<CheckOutcome> EvaluateAsync(IReadOnlyList<RunningImage> running, CancellationToken ct)
    {
        if (running.Count == 0) return CheckOutcome.Skipped("the Deployment wants no pods, so none runs the image");
        var comparer = new ImageComparer(new ImageContentReader(environment), PlatformAsync);
        using var limit = new CancellationTokenSource(Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        var judged = new List<(RunningImage Image, IdentityVerdict Verdict)>();
        foreach (var same in running.GroupBy(one => (one.Expected, one.ImageId, one.Name, one.Node)))
        {
            var verdict = await CompareAsync(comparer, same.First(), both.Token, ct);
            judged.AddRange(same.Select(one => (one, verdict)));
        }

        return Judge(judged).Compared(judged.Count, judged.Count(one => one.Verdict.IsSame == true));
    }

    private static async Task<IdentityVerdict> CompareAsync(
        ImageComparer comparer, RunningImage image, CancellationToken limited, CancellationToken ct)
    {
        try
        {
            return await comparer.CompareAsync(image, limited);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return IdentityVerdict.Unknown(
                $"the kubelet reports {image.ImageId}; the registry did not respond in {Limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return IdentityVerdict.Unknown($"the kubelet reports {image.ImageId}; {UnexpectedError.From(e).Message}");
        }
    }

    private static CheckOutcome Judge(List<(RunningImage Image, IdentityVerdict Verdict)> judged)
    {
        if (judged.Exists(one => one.Verdict.IsSame == false))
        {
            return CheckOutcome.NotMet(
                Describe(judged, false), "Find the admission policy, mirror or runtime that replaces the image, then update again.");
        }

        if (judged.Exists(one => one.Verdict.IsSame is null))
        {
            return CheckOutcome.Warning(
                $"The pods are healthy, but that they run the image is not proven: {Describe(judged, null)}",
                "Check that the registry can be read from here and still has the reported digest; compare the images yourself.");
        }

        var containers = judged.Select(one => (one.Image.Container, one.Image.Expected)).Distinct().ToList();
        var images = string.Join("; ", [containers[0].Expected, .. containers.Skip(1).Select(one => $"{one.Container}: {one.Expected}")]);
        var others = judged.Where(one => !one.Image.IsProven).Select(one => one.Verdict.Reason).Distinct().ToList();
        return CheckOutcome.Met($"{images}{(others.Count == 0 ? "" : $" ({string.Join("; ", others)})")}");
    }

    private static string Describe(List<(RunningImage Image, IdentityVerdict Verdict)> judged, bool? kind) => string.Join("; ", judged
        .Where(one => one.Verdict.IsSame == kind)
        .GroupBy(one => (one.Image.Container, one.Image.Expected, one.Verdict.Reason))
        .Select(same => $"{same.Key.Container} of {string.Join(", ", same.Select(one => one.Image.Pod).Take(3))}: {same.Key.Reason} "
            + $"(asked for {same.Key.Expected})"));

    // Who may not read nodes gets no platform, which most images do not need.
    private async Task<string> PlatformAsync(string? node, CancellationToken ct)
    {
        if (node is null) return "";
        try
        {
            var info = (await cluster.FindAsync(ResourceKind.Nodes, null, node, ct))?.ReadAs<V1Node>().Status?.NodeInfo;
            return info is null ? "" : $"{info.OperatingSystem}/{info.Architecture}";
        }
        catch (DeployException)
        {
            return "";
        }
    }
}
