using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Cluster;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>A rollout fails only for a cause that is certain: by what was observed, and when.</summary>
public class CertaintyTests
{
    private const string Running = """ "state":{"running":{}},"lastState":{} """;
    private const string Killed = """{"terminated":{"exitCode":137,"reason":"OOMKilled"}}""";
    private const string Failure = """{"terminated":{"exitCode":1,"reason":"Error"}}""";

    private static readonly RolloutExpectation Expected = new("app", "app", RolloutSamples.Image, 2);

    // What a pod may report, with the cause and its patience in seconds; 0 where it is only reported.
    private static readonly (string Status, string? Cause, int Patience)[] Reports =
    [
        (Running, null, 0),
        (Waiting("ErrImagePull", "not found"), "ImageNotFound", 140),
        (Waiting("ErrImagePull", "401 Unauthorized"), "ImageDenied", 140),
        (Waiting("ErrImagePull", "unexpected status: 429 Too Many Requests"), "RegistryRateLimit", 0),
        (Waiting("ErrImagePull", "connection refused"), "RegistryUnavailable", 0),
        (Waiting("CreateContainerConfigError", "couldn't find key A in Secret n/s"), "ConfigError", 30),
    ];

    [Fact]
    public void What_does_not_recur_fails_exactly_when_it_has_stayed_for_its_patience()
    {
        var reports = Gen.Zip(Gen.Choose(0, Reports.Length - 1), Gen.Choose(1, 60)).ListOf(40).ToArbitrary();
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(reports, sequence =>
        {
            var (state, at, since, before) = (RolloutSamples.With(Expected), 0, 0, (string?)null);
            foreach (var (index, seconds) in sequence)
            {
                var (status, cause, patience) = Reports[index];
                if (cause != before) (since, before) = (at, cause);
                state = state.Put(ResourceKind.Deployments, RolloutSamples.Deployment(1))
                    .Put(ResourceKind.Pods, RolloutSamples.Pod(status));
                var verdict = state.Evaluate(TimeSpan.FromSeconds(at));
                state = state.After(verdict);
                var isCertain = patience > 0 && at - since >= patience;
                var phase = isCertain ? RolloutPhase.Failed : RolloutPhase.Progressing;
                if (verdict.Phase != phase || verdict.Cause?.Cause != cause) return false;
                if (isCertain) return true;
                at += seconds;
            }

            return true;
        }));
    }

    [Theory]
    [InlineData("secret \\\"late\\\" not found", 239, false)]
    [InlineData("secret \\\"late\\\" not found", 240, true)]
    [InlineData("configmap \\\"late\\\" not found", 60, false)]
    [InlineData("couldn't find key B in Secret n/late", 30, true)]
    public void A_Secret_that_is_missing_may_be_late_as_a_volume_of_it_may(string message, int seconds, bool isCertain)
    {
        var state = RolloutSamples.With(Expected)
            .Put(ResourceKind.Deployments, RolloutSamples.Deployment(1))
            .Put(ResourceKind.Pods, RolloutSamples.Pod(Waiting("CreateContainerConfigError", message)));
        state = state.After(state.Evaluate(TimeSpan.Zero));
        var verdict = state.Evaluate(TimeSpan.FromSeconds(seconds));
        Assert.Equal("ConfigError", verdict.Cause?.Cause);
        Assert.Equal(isCertain ? RolloutPhase.Failed : RolloutPhase.Progressing, verdict.Phase);
    }

    [Fact]
    public void A_key_that_is_missing_once_its_Secret_came_begins_a_new_wait()
    {
        var watch = new Watch(RolloutSamples.With(
            Expected, RolloutSamples.Pod(Waiting("CreateContainerConfigError", "secret \\\"late\\\" not found"))));
        Assert.Equal((RolloutPhase.Progressing, "ConfigError"), watch.At(0));
        watch.At(40);
        watch.Put(
            ResourceKind.Pods,
            RolloutSamples.Pod(Waiting("CreateContainerConfigError", "couldn't find key B in Secret n/late")));
        Assert.Equal((RolloutPhase.Progressing, "ConfigError"), watch.At(41));
        Assert.Equal((RolloutPhase.Progressing, "ConfigError"), watch.At(70));
        Assert.Equal((RolloutPhase.Failed, "ConfigError"), watch.At(71));
    }

    [Fact]
    public void A_back_off_of_the_kubelet_proves_nothing_about_an_image()
    {
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod(Waiting("ErrImagePull", "403 Forbidden"))));
        Assert.Equal((RolloutPhase.Progressing, "ImageDenied"), watch.At(0));
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod(Waiting("ImagePullBackOff", "ErrImagePull: 403 Forbidden")));
        Assert.Equal((RolloutPhase.Progressing, "ImageDenied"), watch.At(1));
        Assert.Equal((RolloutPhase.Progressing, "ImageDenied"), watch.At(194));
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod(Waiting("ErrImagePull", "403 Forbidden")));
        Assert.Equal((RolloutPhase.Failed, "ImageDenied"), watch.At(195));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_mount_that_succeeded_at_last_fails_nothing_while_a_large_image_is_pulled(bool reportsCondition)
    {
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod(Waiting("ContainerCreating", "")))
            .Put(ResourceKind.Events, RolloutSamples.Event("FailedMount", "MountVolume.SetUp failed: configmap late not found")));
        Assert.Equal((RolloutPhase.Progressing, "FailedMount"), watch.At(0));
        var mounted = RolloutSamples.Pod(Waiting("ContainerCreating", ""));
        if (reportsCondition)
        {
            mounted["status"]!["conditions"]!.AsArray().Add(
                new JsonObject { ["type"] = "PodReadyToStartContainers", ["status"] = "True" });
        }

        watch.Put(ResourceKind.Pods, mounted);
        watch.Put(ResourceKind.Events, RolloutSamples.Event("Pulling", "Pulling image"));
        Assert.Equal(RolloutPhase.Progressing, watch.At(600).Phase);
        Assert.NotEqual("FailedMount", watch.Verdict.Cause?.Cause);
    }

    [Fact]
    public void A_mount_that_takes_longer_than_the_kubelet_waits_at_a_time_is_only_reported()
    {
        var slow = RolloutSamples.Event(
            "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition");
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod(Waiting("ContainerCreating", "")))
            .Put(ResourceKind.Events, slow));
        Assert.Equal((RolloutPhase.Progressing, "FailedMount"), watch.At(0));
        slow["count"] = 9;
        watch.Put(ResourceKind.Events, slow);
        Assert.Equal((RolloutPhase.Progressing, "FailedMount"), watch.At(1800));
    }

    [Fact]
    public void A_mount_that_fails_is_certain_at_the_next_attempt_after_its_patience()
    {
        var failed = RolloutSamples.Event("FailedMount", "MountVolume.SetUp failed: configmap late not found");
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod(Waiting("ContainerCreating", "")))
            .Put(ResourceKind.Events, failed));
        watch.At(0);
        Assert.Equal((RolloutPhase.Progressing, "FailedMount"), watch.At(250));
        failed["count"] = 2;
        watch.Put(ResourceKind.Events, failed);
        Assert.Equal((RolloutPhase.Failed, "FailedMount"), watch.At(251));
    }

    [Fact]
    public void Pods_that_are_refused_fail_the_rollout_at_the_next_attempt_after_the_patience()
    {
        var attempt = RolloutSamples.Event("FailedCreate", "Error creating: pods is forbidden: violates a policy");
        attempt["involvedObject"]!["uid"] = "r";
        var watch = new Watch(RolloutSamples.With(Expected).Put(ResourceKind.Deployments, RolloutSamples.Deployment(1))
            .Put(ResourceKind.ReplicaSets, Refused("pods is forbidden: violates a policy")).Put(ResourceKind.Events, attempt));
        Assert.Equal((RolloutPhase.Progressing, "AdmissionRefused"), watch.At(0));
        Assert.Equal((RolloutPhase.Progressing, "AdmissionRefused"), watch.At(81));
        attempt["count"] = 2;
        watch.Put(ResourceKind.Events, attempt);
        Assert.Equal((RolloutPhase.Failed, "AdmissionRefused"), watch.At(82));
    }

    [Fact]
    public void Refused_pods_whose_attempts_no_event_shows_fail_the_rollout_after_twice_the_patience()
    {
        // The controller tries again after 82 s and then after 164 s: whoever may not read events does not see which of them failed.
        var watch = new Watch(RolloutSamples.With(Expected).Put(ResourceKind.Deployments, RolloutSamples.Deployment(1))
            .Put(ResourceKind.ReplicaSets, Refused("pods is forbidden: violates a policy")));
        Assert.Equal((RolloutPhase.Progressing, "AdmissionRefused"), watch.At(0));
        Assert.Equal((RolloutPhase.Progressing, "AdmissionRefused"), watch.At(119));
        Assert.Equal((RolloutPhase.Failed, "AdmissionRefused"), watch.At(120));
    }

    [Fact]
    public void What_refuses_the_pods_now_counts_and_not_what_refused_them_at_first()
    {
        var attempt = RolloutSamples.Event("FailedCreate", "Error creating: pods app-7-b is forbidden: exceeded quota: few");
        attempt["involvedObject"]!["uid"] = "r";
        var watch = new Watch(RolloutSamples.With(Expected).Put(ResourceKind.Deployments, RolloutSamples.Deployment(1))
            .Put(ResourceKind.ReplicaSets, Refused("pods app-7-a is forbidden: exceeded quota: few")).Put(ResourceKind.Events, attempt));
        Assert.Equal((RolloutPhase.Progressing, "QuotaExceeded"), watch.At(0));
        // A new message for each attempt would fill the timeline.
        Assert.Contains("app-7-a", watch.Verdict.Cause!.Message, StringComparison.Ordinal);
        attempt["message"] = "Error creating: Internal error occurred: failed calling webhook";
        attempt["count"] = 9;
        watch.Put(ResourceKind.Events, attempt);
        Assert.Equal((RolloutPhase.Progressing, "CreationFailed"), watch.At(1000));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_quota_is_no_cause_while_a_new_pod_starts_that_replaces_an_old_one(bool isReady)
    {
        var deployment = RolloutSamples.Deployment(2);
        deployment["status"]!["availableReplicas"] = 1;
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod(Running, ready: isReady))
            .Put(ResourceKind.Deployments, deployment)
            .Put(ResourceKind.ReplicaSets, Refused("exceeded quota: few"))
            .Put(ResourceKind.ReplicaSets, Old())
            .Put(ResourceKind.Pods, RolloutSamples.Parse(
                """{"metadata":{"name":"app-6-a","uid":"p6","ownerReferences":[{"uid":"r6"}]},"status":{"phase":"Running"}}""")));
        Assert.Equal((RolloutPhase.Progressing, "QuotaExceeded"), watch.At(0));
        Assert.Equal((isReady ? RolloutPhase.Failed : RolloutPhase.Progressing, "QuotaExceeded"), watch.At(600));
    }

    [Fact]
    public void The_ReplicaSet_of_another_template_is_not_the_newest_although_the_Deployment_has_its_revision()
    {
        var deployment = RolloutSamples.Deployment(1);
        deployment["spec"]!["paused"] = true;
        deployment["status"]!["conditions"] = JsonNode.Parse(
            """[{"type":"Progressing","reason":"ProgressDeadlineExceeded","message":"ReplicaSet \"app-7\" has timed out progressing."}]""");
        var before = RolloutSamples.ReplicaSet();
        before["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "registry.test/app@sha256:0000";
        before["spec"]!["replicas"] = 1;
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod(Waiting("InvalidImageName", "invalid")))
            .Put(ResourceKind.Deployments, deployment)
            .Put(ResourceKind.ReplicaSets, before));
        Assert.Equal((RolloutPhase.Progressing, "Paused"), watch.At(0));
        Assert.Equal((RolloutPhase.Failed, "Paused"), watch.At(60));
    }

    [Fact]
    public void An_autoscaler_that_adds_a_node_starts_the_wait_again()
    {
        var pod = RolloutSamples.Pod(Running);
        pod["status"] = RolloutSamples.Parse(
            """{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"no node"}]}""");
        var watch = new Watch(RolloutSamples.With(Expected, pod));
        Assert.Equal((RolloutPhase.Progressing, "Unschedulable"), watch.At(0));
        watch.Put(ResourceKind.Events, RolloutSamples.Event("TriggeredScaleUp", "group 1->2"));
        Assert.Equal(RolloutPhase.Progressing, watch.At(200).Phase);
        Assert.Equal(RolloutPhase.Progressing, watch.At(499).Phase);
        Assert.Equal(RolloutPhase.Failed, watch.At(500).Phase);
    }

    [Fact]
    public void A_first_kill_for_memory_is_reported_and_a_second_fails()
    {
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod($"\"state\":{Killed},\"lastState\":{{}}")));
        Assert.Equal((RolloutPhase.Progressing, "OutOfMemory"), watch.At(0));
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{{\"running\":{{}}}},\"lastState\":{Killed}", restarts: 1));
        Assert.Equal((RolloutPhase.Progressing, "OutOfMemory"), watch.At(1));
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{Killed},\"lastState\":{Killed}", restarts: 1));
        Assert.Equal((RolloutPhase.Failed, "OutOfMemory"), watch.At(2));
    }

    [Fact]
    public void A_kill_for_memory_after_an_error_is_a_first_one()
    {
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod($"\"state\":{Failure},\"lastState\":{{}}")));
        Assert.Equal((RolloutPhase.Progressing, "CrashLoop"), watch.At(0));
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{Killed},\"lastState\":{Failure}", restarts: 1));
        Assert.Equal((RolloutPhase.Progressing, "OutOfMemory"), watch.At(1));
    }

    [Fact]
    public void An_application_that_crashes_until_its_database_is_there_after_45_seconds_fails_in_no_back_off()
    {
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod($"\"state\":{Failure},\"lastState\":{{}}")));
        Assert.Equal((RolloutPhase.Progressing, "CrashLoop"), watch.At(0));
        // Back-offs of 10, 20 and 40 s.
        foreach (var (restarts, at) in new[] { (1, 11), (2, 33) })
        {
            watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{Failure},\"lastState\":{Failure}", restarts));
            Assert.Equal((RolloutPhase.Progressing, "CrashLoop"), watch.At(at));
        }

        watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{{\"running\":{{}}}},\"lastState\":{Failure}", 3, ready: true));
        Assert.NotEqual(RolloutPhase.Failed, watch.At(75).Item1);
    }

    [Fact]
    public void A_crash_loop_fails_when_the_container_ends_once_more_after_its_patience_and_not_in_a_back_off()
    {
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod($"\"state\":{Failure},\"lastState\":{{}}")));
        Assert.Equal((RolloutPhase.Progressing, "CrashLoop"), watch.At(0));
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{Failure},\"lastState\":{Failure}", restarts: 1));
        Assert.Equal((RolloutPhase.Progressing, "CrashLoop"), watch.At(10));
        Assert.Equal((RolloutPhase.Progressing, "CrashLoop"), watch.At(70));
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{Failure},\"lastState\":{Failure}", restarts: 2));
        Assert.Equal((RolloutPhase.Failed, "CrashLoop"), watch.At(71));
    }

    [Fact]
    public void A_container_that_was_ready_for_the_patience_begins_a_new_series()
    {
        var crashed = RolloutSamples.Pod($"\"state\":{Failure},\"lastState\":{Failure}", restarts: 1);
        var watch = new Watch(RolloutSamples.With(Expected, crashed));
        watch.At(0);
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{{\"running\":{{}}}},\"lastState\":{Failure}", 2, ready: true));
        watch.At(1);
        watch.At(70);
        watch.Put(ResourceKind.Pods, RolloutSamples.Pod($"\"state\":{Failure},\"lastState\":{Failure}", restarts: 2));
        Assert.Equal((RolloutPhase.Progressing, "CrashLoop"), watch.At(71));
    }

    [Fact]
    public void One_unlucky_pod_is_not_the_release()
    {
        var bad = RolloutSamples.Pod(Waiting("InvalidImageName", "invalid"));
        var good = RolloutSamples.Pod(Running, ready: true);
        (good["metadata"]!["uid"], good["metadata"]!["name"]) = ("good", "app-7-b");
        Assert.Equal((RolloutPhase.Progressing, "InvalidImageName"), new Watch(RolloutSamples.With(Expected, bad, good)).At(1000));
        Assert.Equal((RolloutPhase.Failed, "InvalidImageName"), new Watch(RolloutSamples.With(Expected, bad)).At(0));
    }

    [Fact]
    public void Conditions_that_the_controller_carries_from_the_rollout_before_do_not_count()
    {
        var deployment = RolloutSamples.Deployment(1);
        deployment["status"]!["conditions"] = JsonNode.Parse(
            """
            [{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"ReplicaSet \"app-6\" has timed out progressing."},
             {"type":"ReplicaFailure","status":"True","reason":"FailedCreate","message":"pods \"app-6-x\" is forbidden: no tags"}]
            """);
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod(Running)).Put(ResourceKind.Deployments, deployment));
        Assert.Equal((RolloutPhase.Progressing, null), watch.At(0));
        Assert.Equal((RolloutPhase.Progressing, null), watch.At(1000));
        deployment["status"]!["conditions"]![0]!["message"] = "ReplicaSet \"app-7\" has timed out progressing.";
        watch.Put(ResourceKind.Deployments, deployment);
        Assert.Equal((RolloutPhase.Failed, "ProgressDeadline"), watch.At(1001));
    }

    [Fact]
    public void A_quota_that_terminating_pods_hold_is_waited_for_and_old_pods_are_shown()
    {
        var set = Refused("pods is forbidden: exceeded quota: few");
        var old = Old();
        var leaving = RolloutSamples.Parse(
            """
            {"metadata":{"name":"app-6-a","uid":"p6","deletionTimestamp":"2026-11-24T12:00:00Z","deletionGracePeriodSeconds":900,
             "ownerReferences":[{"uid":"r6"}]},"status":{"phase":"Running"}}
            """);
        var watch = new Watch(RolloutSamples.With(Expected).Put(ResourceKind.Deployments, RolloutSamples.Deployment(1))
            .Put(ResourceKind.ReplicaSets, set).Put(ResourceKind.ReplicaSets, old).Put(ResourceKind.Pods, leaving));
        watch.At(0);
        Assert.Equal((RolloutPhase.Progressing, "QuotaExceeded"), watch.At(400));
        Assert.EndsWith("1 old pod terminating, 400 of 900 s", watch.Verdict.Live, StringComparison.Ordinal);
        watch.Remove(ResourceKind.Pods, leaving);
        Assert.Equal(RolloutPhase.Progressing, watch.At(401).Phase);
        Assert.Equal((RolloutPhase.Failed, "QuotaExceeded"), watch.At(700));
    }

    [Fact]
    public void What_the_registry_itself_lacks_is_certain_at_once()
    {
        var state = RolloutSamples.With(Expected, RolloutSamples.Pod(Waiting("ErrImagePull", "manifest unknown")));
        Assert.Equal((RolloutPhase.Progressing, "ImageNotFound"), new Watch(state).At(0));
        Assert.Equal(
            (RolloutPhase.Failed, "ImageNotFound"), new Watch(state with { Lacking = [RolloutSamples.Image] }).At(0));
    }

    [Theory]
    [InlineData("FailedMount", "MountVolume.SetUp failed for volume \\\"c\\\" : configmap \\\"web-cm\\\" not found", "FailedMount")]
    [InlineData("FailedAttachVolume", "Multi-Attach error for volume", "FailedAttachVolume")]
    [InlineData("FailedCreatePodSandBox", "plugin type=\\\"bridge\\\" failed", "FailedCreatePodSandBox")]
    [InlineData("NetworkNotReady", "network is not ready", "PodWarning")]
    public void A_warning_event_of_a_pod_that_waits_is_named(string reason, string message, string cause)
    {
        var watch = new Watch(RolloutSamples.With(Expected, RolloutSamples.Pod(Waiting("ContainerCreating", "")))
            .Put(ResourceKind.Events, RolloutSamples.Event(reason, message)));
        Assert.Equal((RolloutPhase.Progressing, cause), watch.At(0));
        Assert.Contains(message.Replace("\\", "", StringComparison.Ordinal), watch.Verdict.Cause!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_readiness_gate_that_is_not_open_is_named()
    {
        var pod = RolloutSamples.Pod(Running);
        pod["spec"]!["readinessGates"] = new JsonArray(new JsonObject { ["conditionType"] = "target-health.elb" });
        pod["status"]!["conditions"]!.AsArray().Add(new JsonObject { ["type"] = "ContainersReady", ["status"] = "True" });
        var watch = new Watch(RolloutSamples.With(Expected, pod));
        Assert.Equal((RolloutPhase.Progressing, "ReadinessGate"), watch.At(0));
        Assert.Contains("target-health.elb", watch.Verdict.Cause!.Message, StringComparison.Ordinal);
    }

    private static JsonObject Refused(string message)
    {
        var set = RolloutSamples.ReplicaSet();
        set["status"] = RolloutSamples.Parse(
            $$"""{"conditions":[{"type":"ReplicaFailure","status":"True","message":"{{message}}"}]}""");
        return set;
    }

    private static JsonObject Old() => RolloutSamples.Parse(
        """{"metadata":{"name":"app-6","uid":"r6","annotations":{"deployment.kubernetes.io/revision":"6"},"ownerReferences":[{"uid":"d"}]}}""");

    private static string Waiting(string reason, string message) =>
        $$$""" "state":{"waiting":{"reason":"{{{reason}}}","message":"{{{message}}}"}},"lastState":{} """;

    /// <summary>Evaluates one state after another, as the follower of a rollout does.</summary>
    private sealed class Watch(RolloutState state)
    {
        private RolloutState _state = state;

        public RolloutVerdict Verdict { get; private set; } = null!;

        public void Put(ResourceKind kind, JsonObject item) => _state = _state.Put(kind, item);

        public void Remove(ResourceKind kind, JsonObject item) =>
            _state = _state.Apply(kind, new WatchEvent(WatchEventType.Deleted, item));

        public (RolloutPhase Phase, string? Cause) At(int seconds)
        {
            Verdict = _state.Evaluate(TimeSpan.FromSeconds(seconds));
            _state = _state.After(Verdict);
            return (Verdict.Phase, Verdict.Cause?.Cause);
        }
    }
}
