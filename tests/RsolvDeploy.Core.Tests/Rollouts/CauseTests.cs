using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>Each cause by what a kubelet or controller reports of it; what passes by itself is named and fails nothing.</summary>
public class CauseTests
{
    private const string Running = """ "state":{"running":{}},"lastState":{} """;

    [Theory]
    [InlineData("""{"waiting":{"reason":"CrashLoopBackOff"}}""", 1, "CrashLoop", true)]
    [InlineData(
        """{"waiting":{"reason":"ErrImagePull","message":"rpc error: code = NotFound desc = not found"}}""", 0, "ImageNotFound", true)]
    [InlineData(
        """{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image: dial tcp 10.0.0.1:443: connect: connection refused"}}""",
        0,
        "RegistryUnavailable",
        false)]
    [InlineData("""{"waiting":{"reason":"InvalidImageName","message":"couldn't parse image"}}""", 0, "InvalidImageName", true)]
    [InlineData(
        """{"waiting":{"reason":"CreateContainerConfigError","message":"couldn't find key A in Secret ns/s"}}""", 0, "ConfigError", true)]
    [InlineData(
        """{"waiting":{"reason":"CreateContainerConfigError","message":"failed to sync secret cache: timed out waiting for the condition"}}""",
        0,
        "ConfigError",
        false)]
    [InlineData("""{"waiting":{"reason":"RunContainerError","message":"exec: no such file"}}""", 0, "ConfigError", true)]
    public void A_container_that_does_not_run_is_named(string state, int restarts, string cause, bool fails)
    {
        var verdict = Evaluate(RolloutSamples.With(
            RolloutSamples.Pod($"\"state\":{state},\"lastState\":{{\"terminated\":{{\"exitCode\":1,\"reason\":\"Error\"}}}}", restarts)));
        Assert.Equal((cause, fails), (verdict.Cause!.Cause, verdict.Phase == RolloutPhase.Failed));
        Assert.Equal(("app", "app-7-a"), (verdict.Cause.Container, verdict.Cause.Pod));
    }

    [Fact]
    public void A_deployment_that_was_deleted_before_the_watch_started_fails_the_rollout()
    {
        var state = new RolloutState(new RolloutExpectation("app", "app", RolloutSamples.Image, 2)).Apply(
            ResourceKind.Deployments, new WatchEvent(WatchEventType.Synced, []));
        Assert.Equal((RolloutPhase.Failed, "Deleted"), (Evaluate(state).Phase, Evaluate(state).Cause!.Cause));
    }

    [Fact]
    public void A_start_that_failed_with_128_may_pass()
    {
        var pod = RolloutSamples.Pod("""
            "state":{"waiting":{"reason":"RunContainerError","message":"failed to start"}},"lastState":{"terminated":{"exitCode":128,"reason":"StartError"}}
            """);
        Assert.Equal(
            (RolloutPhase.Progressing, "ConfigError"),
            (Evaluate(RolloutSamples.With(pod)).Phase, Evaluate(RolloutSamples.With(pod)).Cause!.Cause));
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(2, 2, false)]
    [InlineData(3, 2, true)]
    public void A_crash_loop_within_the_restarts_that_are_allowed_is_waited_for(int restarts, int allowed, bool fails)
    {
        var pod = RolloutSamples.Pod("""
            "state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":3,"reason":"Error"}}
            """, restarts);
        var verdict = Evaluate(
            RolloutSamples.With(RolloutSamples.Expected with { Settings = RolloutSamples.Impatient with { Restarts = allowed } }, pod));
        Assert.Equal(("CrashLoop", 3, fails), (verdict.Cause!.Cause, verdict.Cause.ExitCode, verdict.Phase == RolloutPhase.Failed));
    }

    [Theory]
    [InlineData("""{"terminated":{"exitCode":137,"reason":"OOMKilled"}}""", "{}", 0, false)]
    [InlineData("""{"waiting":{"reason":"CrashLoopBackOff"}}""", """{"terminated":{"exitCode":137,"reason":"OOMKilled"}}""", 1, true)]
    public void A_container_that_used_too_much_memory_is_named_at_the_first_kill_and_fails_at_the_second(
        string state, string last, int restarts, bool fails)
    {
        var verdict = Evaluate(RolloutSamples.With(RolloutSamples.Pod($"\"state\":{state},\"lastState\":{last}", restarts)));
        Assert.Equal(("OutOfMemory", 137, fails), (verdict.Cause!.Cause, verdict.Cause.ExitCode, verdict.Phase == RolloutPhase.Failed));
    }

    [Fact]
    public void An_init_container_that_fails_is_named()
    {
        var pod = RolloutSamples.Pod(
            Running,
            init: """[{"name":"init","restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":7}}}]""");
        var verdict = Evaluate(RolloutSamples.With(pod));
        Assert.Equal(
            (RolloutPhase.Failed, "InitFailure", "init", 7),
            (verdict.Phase, verdict.Cause!.Cause, verdict.Cause.Container, verdict.Cause.ExitCode));
    }

    [Fact]
    public void A_failing_probe_is_reported_with_its_request_and_the_answer()
    {
        var state = RolloutSamples.With(RolloutSamples.Pod(Running)).Put(
            ResourceKind.Events, RolloutSamples.Event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 500"));
        var verdict = Evaluate(state);
        Assert.Equal((RolloutPhase.Progressing, "ProbeFailing"), (verdict.Phase, verdict.Cause!.Cause));
        Assert.Equal(
            "Readiness probe failed: HTTP probe failed with statuscode: 500 (container app, HTTP GET /health on port http)",
            verdict.Cause.Message);
    }

    [Theory]
    [InlineData("pods 'a' is forbidden: no PriorityClass with name late was found", "CreationFailed")]
    [InlineData("pods 'a' is forbidden: pod rejected: RuntimeClass 'late' not found", "CreationFailed")]
    [InlineData("pods 'a' is forbidden: error looking up service account n/late: serviceaccount 'late' not found", "CreationFailed")]
    [InlineData("pods 'a' is forbidden: status unknown for quota: few, resources: pods", "CreationFailed")]
    [InlineData("Internal error occurred: failed calling webhook 'a': denied by the proxy", "CreationFailed")]
    [InlineData("pods 'a' is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2", "QuotaExceeded")]
    [InlineData("pods 'a' is forbidden: violates PodSecurity 'restricted:latest'", "AdmissionRefused")]
    public void What_keeps_pods_from_being_created_is_named_and_what_may_be_late_fails_nothing(string message, string cause)
    {
        var set = RolloutSamples.ReplicaSet();
        set["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "ReplicaFailure", ["status"] = "True", ["reason"] = "FailedCreate", ["message"] = message }),
        };
        var verdict = Evaluate(
            RolloutSamples.With().Put(ResourceKind.Deployments, RolloutSamples.Deployment(1)).Put(ResourceKind.ReplicaSets, set));
        Assert.Equal(
            (cause, cause == "CreationFailed" ? RolloutPhase.Progressing : RolloutPhase.Failed),
            (verdict.Cause!.Cause, verdict.Phase));
    }

    [Fact]
    public void A_probe_of_a_sidecar_that_fails_is_called_by_its_name()
    {
        var pod = RolloutSamples.Pod(
            """ "state":{"waiting":{"reason":"PodInitializing"}},"lastState":{} """,
            init: """[{"name":"proxy","ready":false,"restartCount":0,"state":{"running":{}}}]""");
        pod["spec"]!["initContainers"] = new JsonArray(RolloutSamples.Parse(
            """{"name":"proxy","restartPolicy":"Always","startupProbe":{"exec":{"command":["true"]}}}"""));
        var failed = RolloutSamples.Event("Unhealthy", "Startup probe failed: ");
        failed["involvedObject"]!["fieldPath"] = "spec.initContainers{proxy}";
        var verdict = Evaluate(RolloutSamples.With(pod).Put(ResourceKind.Events, failed));
        Assert.Equal(
            ("ProbeFailing", "proxy", "Startup probe failed (sidecar proxy, a command)"),
            (verdict.Cause!.Cause, verdict.Cause.Container, verdict.Cause.Message));
    }

    [Fact]
    public void Pods_that_are_evicted_again_and_again_are_named_although_they_are_replaced()
    {
        var evicted = RolloutSamples.Pod(Running);
        evicted["metadata"]!["uid"] = "evicted";
        evicted["status"]!["phase"] = "Failed";
        evicted["status"]!["reason"] = "Evicted";
        evicted["status"]!["message"] = "Usage of EmptyDir volume \"s\" exceeds the limit \"1Mi\".";
        var verdict = Evaluate(RolloutSamples.With(RolloutSamples.Pod(Running), evicted));
        Assert.Equal((RolloutPhase.Progressing, "PodFailed"), (verdict.Phase, verdict.Cause!.Cause));
        Assert.Contains("Evicted: Usage of EmptyDir volume \"s\" exceeds the limit", verdict.Cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_that_its_liveness_probe_kills_names_the_probe()
    {
        var pod = RolloutSamples.Pod("""
            "state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":137,"reason":"Error"}}
            """, 3);
        var verdict = Evaluate(RolloutSamples.With(pod).Put(
            ResourceKind.Events,
            RolloutSamples.Event("Unhealthy", "Liveness probe failed: dial tcp 10.1.1.1:4000: connect: connection refused")));
        Assert.Contains("connection refused (container app, TCP port 4000)", verdict.Cause!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pods \\\"a\\\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2", "QuotaExceeded")]
    [InlineData("admission webhook \\\"policy.test\\\" denied the request: no latest tags", "AdmissionRefused")]
    public void A_pod_that_cannot_be_created_is_reported_at_once_and_fatal_after_its_patience(string message, string cause)
    {
        var set = RolloutSamples.ReplicaSet();
        set["status"] = RolloutSamples.Parse(
            $$"""{"conditions":[{"type":"ReplicaFailure","status":"True","message":"{{message}}","lastTransitionTime":"2026-11-24T12:00:00Z"}]}""");
        var expected = new RolloutExpectation("app", "app", RolloutSamples.Image, 2);
        var state = RolloutSamples.With(expected)
            .Put(ResourceKind.Deployments, RolloutSamples.Deployment(1))
            .Put(ResourceKind.ReplicaSets, set);
        var first = Evaluate(state);
        Assert.Equal((RolloutPhase.Progressing, cause), (first.Phase, first.Cause!.Cause));
        // No event shows the attempts of the controller.
        var patience = RolloutCauses.Find(cause)!.Patience!.Value * 2;
        Assert.Equal(RolloutPhase.Progressing, state.After(first).Evaluate(patience - TimeSpan.FromSeconds(1)).Phase);
        Assert.Equal(RolloutPhase.Failed, state.After(first).Evaluate(patience).Phase);
    }

    [Theory]
    [InlineData("Evicted")]
    [InlineData("Preempting")]
    public void A_pod_that_the_cluster_took_away_fails_nothing(string reason)
    {
        var pod = RolloutSamples.Pod("""
            "state":{"terminated":{"exitCode":137,"reason":"Error"}},"lastState":{}
            """, rest: $",\"reason\":\"{reason}\"");
        pod["status"]!["phase"] = "Failed";
        Assert.Equal(RolloutPhase.Progressing, Evaluate(RolloutSamples.With(pod)).Phase);
    }

    [Fact]
    public void A_lost_node_is_named_and_left_to_the_cluster()
    {
        var verdict = Evaluate(RolloutSamples.With(RolloutSamples.Pod(Running))
            .Put(ResourceKind.Events, RolloutSamples.Event("NodeNotReady", "Node is not ready")));
        Assert.Equal((RolloutPhase.Progressing, "NodeLost"), (verdict.Phase, verdict.Cause!.Cause));
        Assert.Contains("n1", verdict.Cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_pod_on_a_lost_node_does_not_keep_the_rollout()
    {
        var old = RolloutSamples.Pod(Running, rest: ",\"reason\":\"NodeLost\"");
        (old["metadata"]!["uid"], old["metadata"]!["ownerReferences"]![0]!["uid"], old["metadata"]!["deletionTimestamp"]) = (
            "q", "r-old", "2026-11-24T11:00:00Z");
        var before = RolloutSamples.ReplicaSet();
        (before["metadata"]!["uid"], before["spec"]) = ("r-old", null);
        var state = RolloutSamples.With(RolloutSamples.Pod(Running, ready: true))
            .Put(ResourceKind.ReplicaSets, before)
            .Put(ResourceKind.Pods, old);
        Assert.Equal((RolloutPhase.Complete, 0), (Evaluate(state).Phase, Evaluate(state).Old));
        old["status"]!.AsObject().Remove("reason");
        state = state.Put(ResourceKind.Pods, old);
        Assert.Equal((RolloutPhase.Progressing, 1), (Evaluate(state).Phase, Evaluate(state).Old));
    }

    [Fact]
    public void A_rollout_that_stays_paused_fails()
    {
        var paused = RolloutSamples.Deployment(1);
        paused["spec"]!["paused"] = true;
        var usual = RolloutSamples.Expected with { Settings = new RolloutSettings() };
        var state = RolloutSamples.With(usual, RolloutSamples.Pod(Running)).Put(ResourceKind.Deployments, paused);
        var first = Evaluate(state);
        Assert.Equal((RolloutPhase.Progressing, "Paused"), (first.Phase, first.Cause!.Cause));
        var patience = RolloutCauses.Paused.Patience!.Value;
        Assert.Equal(RolloutPhase.Progressing, state.After(first).Evaluate(patience - TimeSpan.FromSeconds(1)).Phase);
        var last = state.After(first).Evaluate(patience);
        Assert.Equal((RolloutPhase.Failed, "Paused"), (last.Phase, last.Cause!.Cause));
        var resumed = state.After(first).Put(ResourceKind.Deployments, RolloutSamples.Deployment(1));
        Assert.Equal(RolloutPhase.Progressing, resumed.Evaluate(patience).Phase);
    }

    [Fact]
    public void A_pause_after_all_new_pods_were_created_stops_nothing()
    {
        var paused = RolloutSamples.Deployment(1);
        paused["spec"]!["paused"] = true;
        var scaled = RolloutSamples.ReplicaSet();
        scaled["spec"]!["replicas"] = 1;
        var state = RolloutSamples
            .With(RolloutSamples.Pod(Running))
            .Put(ResourceKind.Deployments, paused)
            .Put(ResourceKind.ReplicaSets, scaled);
        Assert.Null(Evaluate(state).Cause);
    }

    [Fact]
    public void Another_image_in_any_of_the_containers_means_that_the_rollout_was_superseded()
    {
        var expected = RolloutSamples.Expected with
        {
            AdditionalImages = new Dictionary<string, string> { ["side"] = RolloutSamples.Image },
        };
        var verdict = Evaluate(RolloutSamples.With(expected, RolloutSamples.Pod(Running)));
        Assert.Equal(("Superseded", "side"), (verdict.Cause!.Cause, verdict.Cause.Container));
    }

    [Fact]
    public void What_a_runtime_reports_of_each_container_is_observed_and_holds_up_nothing()
    {
        var expected = RolloutSamples.Expected with
        {
            AdditionalImages = new Dictionary<string, string> { ["init"] = RolloutSamples.Image, ["side"] = "other" },
        };
        var pod = RolloutSamples.Pod(Running, ready: true, init: """[{"name":"init","imageID":"registry.test/app@sha256:2222"}]""");
        ((System.Text.Json.Nodes.JsonArray)pod["status"]!["containerStatuses"]!).Add(
            RolloutSamples.Parse("""{"name":"side","imageID":"other@sha256:3333","ready":true}"""));
        var verdict = Evaluate(RolloutSamples.With(expected, pod));
        Assert.Equal(RolloutPhase.Complete, verdict.Phase);
        Assert.Equal([("app", true), ("init", false), ("side", true)], verdict.Running.Select(one => (one.Container, one.IsProven)));
    }

    [Fact]
    public void While_old_pods_go_everything_is_rolled_out_already()
    {
        var old = RolloutSamples.Parse(
            """{"metadata":{"name":"app-6","uid":"r6","annotations":{"deployment.kubernetes.io/revision":"6"},"ownerReferences":[{"uid":"d"}]}}""");
        var leaving = RolloutSamples.Parse(
            """{"metadata":{"name":"app-6-a","uid":"p6","deletionTimestamp":"2026-11-24T12:00:00Z","ownerReferences":[{"uid":"r6"}]},"status":{"phase":"Running"}}""");
        var state = RolloutSamples.With(RolloutSamples.Pod(Running, ready: true))
            .Put(ResourceKind.ReplicaSets, old)
            .Put(ResourceKind.Pods, leaving);
        Assert.Equal((true, RolloutPhase.Progressing, 1), (Evaluate(state).RolledOut, Evaluate(state).Phase, Evaluate(state).Old));
    }

    [Fact]
    public void No_pods_wanted_is_a_complete_rollout() => Assert.Equal(RolloutPhase.Complete, Evaluate(RolloutSamples.With()).Phase);

    private static RolloutVerdict Evaluate(RolloutState state) => state.Evaluate(TimeSpan.Zero);
}
