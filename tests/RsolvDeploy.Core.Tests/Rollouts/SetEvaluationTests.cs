using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>The verdicts on StatefulSets and DaemonSets: whose pods count, and what ends a rollout.</summary>
public class SetEvaluationTests
{
    private const string Status =
        """{"observedGeneration":2,"replicas":2,"readyReplicas":2,"updatedReplicas":2,"updateRevision":"app-new"}""";

    private const string Scheduled =
        """{"observedGeneration":2,"desiredNumberScheduled":1,"updatedNumberScheduled":1,"numberAvailable":1}""";

    private const string Other = "registry.test/app@sha256:3333";

    private const string Rolling = """{"type":"RollingUpdate","rollingUpdate":{"partition":0}}""";

    [Fact]
    public void A_StatefulSet_is_complete_when_every_new_pod_runs_the_image()
    {
        var state = StatefulSet(Status).Pod("app-0", "app-new").Pod("app-1", "app-new");
        var verdict = state.Evaluate(TimeSpan.Zero);
        Assert.Equal((RolloutPhase.Complete, 2, 2, 0, 4L), (verdict.Phase, verdict.Desired, verdict.Ready, verdict.Old, verdict.Revision));
    }

    [Fact]
    public void A_pod_shows_its_revision_and_what_keeps_it_from_being_ready()
    {
        var pods = StatefulSet(Status)
            .Pod("app-0", "app-new", """{"terminated":{"exitCode":3}}""", restarts: 3, ready: false)
            .Pod("app-1", "app-new")
            .Evaluate(TimeSpan.Zero).Pods;
        Assert.Equal([4L, 4L], pods.Select(pod => pod.Revision));
        Assert.Contains("ends with exit code 3 again and again", pods[0].Reason, StringComparison.Ordinal);
        Assert.Null(pods[1].Reason);
    }

    [Fact]
    public void A_status_that_is_ahead_of_the_pods_ends_nothing()
    {
        var verdict = StatefulSet(Status).Pod("app-0", "app-old").Pod("app-1", "app-new").Evaluate(TimeSpan.Zero);
        Assert.Equal((RolloutPhase.Progressing, 1, 1), (verdict.Phase, verdict.Ready, verdict.Old));
    }

    [Fact]
    public void Pods_below_the_partition_stay_and_a_crash_of_one_is_not_the_release()
    {
        var state = StatefulSet(Updated(1), """{"type":"RollingUpdate","rollingUpdate":{"partition":1}}""")
            .Pod("app-0", "app-old", """{"waiting":{"reason":"CrashLoopBackOff"}}""", restarts: 3, ready: false)
            .Pod("app-1", "app-new");
        var verdict = state.Evaluate(TimeSpan.Zero);
        Assert.Equal((RolloutPhase.Complete, 1, 1, 0), (verdict.Phase, verdict.Desired, verdict.Ready, verdict.Old));
        Assert.Contains("partition: 1", verdict.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "OldPodNotReady")]
    [InlineData("OrderedReady", "OldPodNotReady")]
    [InlineData("Parallel", null)]
    public void A_broken_pod_of_the_release_before_is_named_and_fails_nothing(string? policy, string? cause)
    {
        var state = StatefulSet(Updated(0), policy: policy)
            .Pod("app-0", "app-old")
            .Pod("app-1", "app-old", """{"waiting":{"reason":"ImagePullBackOff"}}""", ready: false);
        var verdict = state.Evaluate(TimeSpan.FromHours(1));
        Assert.Equal((RolloutPhase.Progressing, cause), (verdict.Phase, verdict.Cause?.Cause));
        if (cause is null) return;
        Assert.Equal("app-1", verdict.Cause!.Pod);
        Assert.Contains("Pod app-1 of the release before is not ready (", verdict.Cause.Message, StringComparison.Ordinal);
        Assert.Contains("delete pod app-1", verdict.Cause.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_new_pod_shows_says_more_than_an_old_one()
    {
        var verdict = StatefulSet(Updated(1))
            .Pod("app-0", "app-old", ready: false)
            .Pod("app-1", "app-new", """{"waiting":{"reason":"ErrImagePull","message":"403 Forbidden"}}""", ready: false)
            .Evaluate(TimeSpan.Zero);
        Assert.Equal("ImageDenied", verdict.Cause?.Cause);
    }

    [Fact]
    public void OnDelete_is_complete_when_its_controller_has_seen_the_template()
    {
        var state = StatefulSet(Status, """{"type":"OnDelete"}""").Pod("app-0", "app-old").Pod("app-1", "app-old");
        var verdict = state.Evaluate(TimeSpan.Zero);
        Assert.Equal((RolloutPhase.Complete, 0, 0), (verdict.Phase, verdict.Desired, verdict.Old));
        Assert.Contains("OnDelete", verdict.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_status_of_the_release_before_is_ignored()
    {
        var state = StatefulSet(Status.Replace("Generation\":2", "Generation\":1", StringComparison.Ordinal))
            .Pod("app-0", "app-new")
            .Pod("app-1", "app-new");
        Assert.Equal(RolloutPhase.Progressing, state.Evaluate(TimeSpan.Zero).Phase);
    }

    [Fact]
    public void Another_image_in_the_template_supersedes_the_update()
    {
        var state = StatefulSet(Status, image: "registry.test/app@sha256:2222").Pod("app-0", "app-new").Pod("app-1", "app-new");
        Assert.Equal("Superseded", state.Evaluate(TimeSpan.Zero).Cause!.Cause);
    }

    [Fact]
    public void A_workload_that_is_gone_fails()
    {
        var state = StatefulSet(Status);
        var gone = state.Apply(
            ResourceKind.StatefulSets,
            new WatchEvent(WatchEventType.Deleted, Set("StatefulSet", Status, Rolling, RolloutSamples.Image)));
        Assert.Equal("Deleted", gone.Evaluate(TimeSpan.Zero).Cause!.Cause);
        var never = new RolloutState(Expected(WorkloadKind.DaemonSet)).Apply(
            ResourceKind.DaemonSets, new WatchEvent(WatchEventType.Synced, []));
        Assert.Equal("Deleted", never.Evaluate(TimeSpan.Zero).Cause!.Cause);
    }

    [Fact]
    public void Pods_of_a_DaemonSet_belong_to_the_revision_with_its_template()
    {
        var state = DaemonSet(older: Other).Pod("app-a", "new");
        Assert.Equal(RolloutPhase.Complete, state.Evaluate(TimeSpan.Zero).Phase);
        var old = DaemonSet(older: Other).Pod("app-a", "old").Evaluate(TimeSpan.Zero);
        Assert.Equal((RolloutPhase.Progressing, 1), (old.Phase, old.Old));
    }

    [Fact]
    public void A_rollback_of_a_DaemonSet_blames_no_pod_of_the_release_that_it_undoes()
    {
        // The DaemonSet was observed with the old template; that the old revision got number 5 was not told yet.
        var state = DaemonSet(latest: Other)
            .Pod("app-a", "new", """{"waiting":{"reason":"CrashLoopBackOff"}}""", restarts: 9, ready: false);
        var verdict = state.Evaluate(TimeSpan.FromHours(1));
        Assert.Equal((RolloutPhase.Progressing, 1, null, 3L), (verdict.Phase, verdict.Old, verdict.Cause, verdict.Revision));
    }

    [Fact]
    public void Without_its_revision_the_pods_of_a_DaemonSet_are_told_by_the_generation_of_the_template()
    {
        var state = DaemonSet(older: Other, latest: Other);
        var verdict = state.Pod("app-a", "newest", generation: 7).Pod("app-b", "new", generation: 6).Evaluate(TimeSpan.Zero);
        Assert.Equal((1, 1, null), (verdict.Ready, verdict.Old, verdict.Revision));
    }

    [Theory]
    [InlineData("pods \\\"app-1\\\" is forbidden: exceeded quota: q", "QuotaExceeded")]
    [InlineData("admission webhook denied the request", "AdmissionRefused")]
    public void Pods_that_cannot_be_created_are_reported_and_no_more_once_one_was(string message, string cause)
    {
        var waiting = StatefulSet(Updated(0))
            .Put(ResourceKind.Events, Event("FailedCreate", message, "12:00:00"));
        Assert.Equal(cause, waiting.Evaluate(TimeSpan.Zero).Cause!.Cause);
        Assert.Null(waiting.Put(ResourceKind.Events, Event("SuccessfulCreate", "created", "12:00:01")).Evaluate(TimeSpan.Zero).Cause);
    }

    private static string Updated(int pods) =>
        Status.Replace("\"updatedReplicas\":2", $"\"updatedReplicas\":{pods}", StringComparison.Ordinal);

    private static RolloutExpectation Expected(WorkloadKind kind) => new("app", "app", RolloutSamples.Image, 2) { Kind = kind };

    private static RolloutState StatefulSet(
        string status, string strategy = Rolling, string image = RolloutSamples.Image, string? policy = null)
    {
        var set = Set("StatefulSet", status, strategy, image);
        if (policy is not null) set["spec"]!["podManagementPolicy"] = policy;
        return new RolloutState(Expected(WorkloadKind.StatefulSet))
            .Put(ResourceKind.StatefulSets, set)
            .Put(ResourceKind.ControllerRevisions, Revision("app-old", 3))
            .Put(ResourceKind.ControllerRevisions, Revision("app-new", 4));
    }

    // By the images of the templates.
    private static RolloutState DaemonSet(string older = RolloutSamples.Image, string latest = RolloutSamples.Image) =>
        new RolloutState(Expected(WorkloadKind.DaemonSet))
            .Put(ResourceKind.DaemonSets, Set("DaemonSet", Scheduled, """{"type":"RollingUpdate"}""", RolloutSamples.Image))
            .Put(ResourceKind.ControllerRevisions, Revision("app-old", 3, older))
            .Put(ResourceKind.ControllerRevisions, Revision("app-new", 4, latest));

    private static JsonObject Set(string kind, string status, string strategy, string image) => RolloutSamples.Parse($$"""
        {"kind":"{{kind}}","metadata":{"name":"app","uid":"s","generation":2,
          "annotations":{"deprecated.daemonset.template.generation":"7"} },
         "spec":{"replicas":2,"updateStrategy":{{strategy}},"template":{"spec":{"containers":[{"name":"app","image":"{{image}}"}] } } },
         "status":{{status}} }
        """);

    private static JsonObject Revision(string name, int number, string image = RolloutSamples.Image) => RolloutSamples.Parse($$"""
        {"metadata":{"name":"{{name}}","ownerReferences":[{"uid":"s","controller":true}]},"revision":{{number}},
         "data":{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"{{image}}"} ]},"$patch":"replace"} } } }
        """);

    private static JsonObject Event(string reason, string message, string time) => RolloutSamples.Parse($$"""
        {"metadata":{"uid":"{{reason}}"},"involvedObject":{"uid":"s"},"type":"Warning","reason":"{{reason}}","message":"{{message}}",
         "firstTimestamp":"2026-11-24T{{time}}Z","lastTimestamp":"2026-11-24T{{time}}Z"}
        """);
}
