using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Core.Tests.Recordings;
using RsolvDeploy.Json;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>The progress of StatefulSets and DaemonSets, held against what kubectl printed for the same objects.</summary>
public class SetProgressTests
{
    public static TheoryData<int> Lines => [.. Enumerable.Range(0, Recorded().Count)];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_rollout_is_done_exactly_when_kubectl_says_so(int line)
    {
        var recorded = Recorded()[line];
        var (kubectl, item) = (recorded["kubectl"].Text()!, recorded["object"]!.AsObject());
        var progress = item["kind"].Text() == "StatefulSet"
            ? StatefulSetProgress.From(item.ReadAs<V1StatefulSet>())
            : DaemonSetProgress.From(item.ReadAs<V1DaemonSet>());
        var generation = item.At("metadata", "generation")!.GetValue<long>();
        Assert.Equal(kubectl.StartsWith("error: rollout status is only available for RollingUpdate", StringComparison.Ordinal),
            progress.IsOnDelete);
        if (progress.IsOnDelete) return;
        var isDone = kubectl.Contains("complete:", StringComparison.Ordinal)
            || kubectl.StartsWith("statefulset rolling update complete", StringComparison.Ordinal)
            || kubectl.EndsWith("successfully rolled out", StringComparison.Ordinal);
        Assert.Equal(isDone, progress.ObservedGeneration > 0 && progress.ObservedGeneration >= generation && progress.IsRolledOut);
    }

    [Fact]
    public void The_recording_has_done_waiting_and_refused_ones_of_both_kinds()
    {
        var kinds = Recorded().Select(one =>
            $"{one["object"]!["kind"].Text()} {one["kubectl"].Text()!.Split(' ')[0].TrimEnd(':').ToLowerInvariant()}").Distinct();
        Assert.Superset(
            new HashSet<string>
            {
                "StatefulSet waiting", "StatefulSet partitioned", "StatefulSet error",
                "DaemonSet waiting", "DaemonSet daemon", "DaemonSet error",
            },
            kinds.ToHashSet());
    }

    private static List<JsonNode> Recorded() =>
        [.. File.ReadLines(Recording.PathOf("set-status")).Skip(1).Select(line => JsonNode.Parse(line)!)];
}
