using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Platform;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Schedules and runs pods as one node would, without processes: a pod behaves as its image's label or a fault demands.</summary>
internal sealed class Kubelet(ObjectStore store, EventRecorder events, PodImages images, PlatformState platform, SandboxOptions options)
{
    private const string Node = "sandbox-node";
    private readonly ConcurrentDictionary<string, PodRun> _runs = new();

    /// <summary>The log of a container and its start; null when there is no previous instance.</summary>
    public (IReadOnlyList<string> Lines, DateTimeOffset Started)? Log(JsonObject pod, bool previous) =>
        _runs.GetValueOrDefault(pod.Uid()) is not { } run ? ([], default)
        : !previous ? (run.Log, run.Started)
        : run.PreviousLog is { } before ? (before, run.Since)
        : null;

    public void Sync(DateTimeOffset now)
    {
        var pods = store.List(KindInfo.Pods, null).Items;
        foreach (var pod in pods) Step(pod, now);
        foreach (var gone in _runs.Keys.Except(pods.Select(pod => pod.Uid())).ToList()) _runs.TryRemove(gone, out _);
        platform.SetPods([.. store.List(KindInfo.Pods, options.Namespace).Items
            .Where(pod =>
                pod.At("metadata", "labels", "app").Text() == SandboxSeed.Deployment && pod.IsReady() && _runs.ContainsKey(pod.Uid()))
            .Select(pod => new PlatformPod(pod.Name(), Image(pod), _runs[pod.Uid()].Behavior, _runs[pod.Uid()].Started))]);
    }

    private void Step(JsonObject pod, DateTimeOffset now)
    {
        var isStopping = pod.At("metadata", "deletionTimestamp") is not null;
        if (pod.At("metadata", "labels", "sandbox").Text() == "static" || (PodRejection.IsRejected(pod) && !isStopping)) return;
        var run = _runs.GetValueOrDefault(pod.Uid())
            ?? new PodRun(PodStage.New, now) { Script = PodScript.Read(pod), Timing = PodTiming.Read(pod) };
        if (run.Stage == PodStage.Creating && !isStopping && PodRejection.ReasonFor(pod) is { } reason)
        {
            events.Record(pod, "kubelet", "Warning", PodRejection.Reason, reason);
            store.Update(KindInfo.Pods, pod.Namespace(), pod.Name(), current => PodRejection.Apply(current, reason));
            return;
        }

        var next = isStopping ? Stop(pod, run, now) : Next(pod, run, now);
        if (next is null)
        {
            _runs.TryRemove(pod.Uid(), out _);
            return;
        }

        _runs[pod.Uid()] = next;
        if (next.Stage is PodStage.Running or PodStage.Ready && next.Script.SidecarCrashes)
            _runs[pod.Uid()] = next = next with { Sidecar = (next.Sidecar ?? new SidecarRun(0, false, now)).Next(now, options) };
        if (next.Stage != run.Stage || !ReferenceEquals(next.Image, run.Image) || next.Sidecar != run.Sidecar) Write(pod, next, now);
    }

    private PodRun Next(JsonObject pod, PodRun run, DateTimeOffset now)
    {
        bool Waited(TimeSpan time) => now - run.Since >= time;
        switch (run.Stage)
        {
            case PodStage.Unschedulable when Shortage(pod, !Waited(run.Timing.UnschedulableFor)) is not null:
                return run;
            case PodStage.New when Shortage(pod, run.Timing.UnschedulableFor > TimeSpan.Zero) is { } shortage:
                events.Record(pod, "default-scheduler", "Warning", "FailedScheduling", shortage);
                return run with { Stage = PodStage.Unschedulable, Since = now, Message = shortage };
            case PodStage.New or PodStage.Unschedulable:
                events.Record(
                    pod, "default-scheduler", "Normal", "Scheduled", $"Successfully assigned {pod.Namespace()}/{pod.Name()} to {Node}");
                return run with { Stage = PodStage.Creating, Since = now };
            case PodStage.Creating when PodVolumes.Missing(pod, store) is { } missing:
                if (!Waited(options.StartDelay * 5)) return run;
                events.Record(pod, "kubelet", "Warning", "FailedMount", missing);
                return run with { Since = now };
            case PodStage.Creating when Waited(options.StartDelay):
                return Pull(pod, run, now);
            case PodStage.PullFailed when Waited(options.StartDelay * 5):
                events.Record(pod, "kubelet", "Normal", "BackOff", $"Back-off pulling image \"{Image(pod)}\"");
                return run with { Stage = PodStage.PullBackOff, Since = now };
            case PodStage.PullBackOff when Waited(options.BackOff):
                return Pull(pod, run, now);
            case PodStage.ConfigError when Waited(options.StartDelay * 5):
                return Pull(pod, run, now);
            case PodStage.Running or PodStage.Ready
                when run.Behavior is "crashloop" or "out-of-memory" or "prints-environment" && Waited(options.StartDelay):
                return End(pod, run, now);
            case PodStage.Running or PodStage.Ready when run.Restarts < run.Timing.Crashes && now - run.Started >= run.Timing.CrashAfter:
                return End(pod, run, now);
            case PodStage.Ready when run.Restarts < run.Script.Crashes && Waited(options.StartDelay):
                return End(pod, run, now);
            case PodStage.Running when ReadinessProbe.StatusCode(pod, run.Behavior) is not 200 and var code:
                if (!Waited(options.StartDelay)) return run;
                events.Record(pod, "kubelet", "Warning", "Unhealthy", $"Readiness probe failed: HTTP probe failed with statuscode: {code}");
                return run with { Since = now };
            case PodStage.Running when Waited(ReadyAfter(pod, run)):
                return run with { Stage = PodStage.Ready, Since = now };
            case PodStage.Ended when run.Restarts == 0 && Waited(options.StartDelay):
                return Restart(pod, run, now);
            // Since Kubernetes 1.35 the container stays terminated, and shows CrashLoopBackOff only right before its restart.
            case PodStage.Ended when Waited(run.Script.BackOff is { } seconds ? TimeSpan.FromSeconds(seconds) : options.BackOff):
                return run with { Stage = PodStage.BackOff };
            case PodStage.BackOff:
                return Restart(pod, run, now);
            default:
                return run;
        }
    }

    private PodRun Pull(JsonObject pod, PodRun before, DateTimeOffset now)
    {
        var run = before with { Pulls = before.Pulls + 1 };
        var image = Image(pod);
        events.Record(pod, "kubelet", "Normal", "Pulling", $"Pulling image \"{image}\"");
        var found = run.Pulls <= run.Timing.PullErrors ? null : images.Pull(image);
        if (found is null)
        {
            var error = images.PullError(image);
            events.Record(pod, "kubelet", "Warning", "Failed", $"Failed to pull image \"{image}\": {error}");
            events.Record(pod, "kubelet", "Warning", "Failed", "Error: ErrImagePull");
            return run with { Stage = PodStage.PullFailed, Since = now, Message = error };
        }

        events.Record(
            pod,
            "kubelet",
            "Normal",
            "Pulled",
            $"Successfully pulled image \"{image}\" in 25ms (25ms including waiting). Image size: {found.Size} bytes.");
        if (PodReferences.Missing(pod, store) is { } missing)
        {
            events.Record(pod, "kubelet", "Warning", "Failed", $"Error: {missing}");
            return run with { Stage = PodStage.ConfigError, Since = now, Message = missing };
        }

        return Start(pod, run with { Image = found, ImageId = images.Report(image, found), Behavior = images.Behavior(found) }, now);
    }

    private PodRun Start(JsonObject pod, PodRun run, DateTimeOffset now)
    {
        events.Record(pod, "kubelet", "Normal", "Created", $"Container created");
        events.Record(pod, "kubelet", "Normal", "Started", $"Container started");
        // A container that crashes and has no readiness probe is ready until it does.
        var ready = run.Behavior is "crashloop" or "out-of-memory" && pod.At("spec")?["containers"]?[0]?["readinessProbe"] is null;
        return run with
        {
            Stage = ready ? PodStage.Ready : PodStage.Running,
            Since = now,
            Started = now,
            Log =
            [
                .. StartLog(pod, run.Behavior),
                .. Enumerable.Range(1, run.Script.LogLines).Select(number => $"[info] GET /{number} 200"),
            ],
        };
    }

    private PodRun End(JsonObject pod, PodRun run, DateTimeOffset now)
    {
        if (run.Restarts > 0)
        {
            events.Record(
                pod,
                "kubelet",
                "Warning",
                "BackOff",
                $"Back-off restarting failed container {Container(pod)} in pod {pod.Name()}_{pod.Namespace()}({pod.Uid()})");
        }

        return run with
        {
            Stage = PodStage.Ended,
            Since = now,
            // A process killed for its memory writes no last lines.
            Log = run.Behavior == "out-of-memory"
                ? run.Log
                :
                [
                    .. run.Log,
                    .. run.Behavior == "prints-environment" ? PodEnvironment.Lines(pod, store) : [],
                    "** (RuntimeError) could not start application rsolv: config :rsolv, Rsolv.Repo is incomplete",
                    $"{pod.Name()}: the runtime terminated",
                ],
        };
    }

    private PodRun Restart(JsonObject pod, PodRun run, DateTimeOffset now) =>
        Start(pod, run with { Restarts = run.Restarts + 1, PreviousLog = run.Log }, now);

    private PodRun? Stop(JsonObject pod, PodRun run, DateTimeOffset now)
    {
        if (run.Stage != PodStage.Stopping)
        {
            events.Record(pod, "kubelet", "Normal", "Killing", $"Stopping container {Container(pod)}");
            return run with { Stage = PodStage.Stopping, Since = now };
        }

        var grace = TimeSpan.FromSeconds(pod.At("metadata", "deletionGracePeriodSeconds").Number() ?? 30);
        var delay = run.Script.IgnoresTermination ? grace : run.Timing.StopAfter ?? options.StopDelay;
        if (now - run.Since < (delay < grace ? delay : grace)) return run;
        store.Delete(KindInfo.Pods, pod.Namespace(), pod.Name());
        return null;
    }

    // A container without a readiness probe is ready as soon as it runs.
    private TimeSpan ReadyAfter(JsonObject pod, PodRun run) =>
        run.Timing.ReadyAfter is { } timed ? (ReadinessProbe.Exists(pod) ? timed : TimeSpan.Zero)
        : run.Behavior == "slow-start" ? options.SlowStart
        : options.StartDelay;

    private string? Shortage(JsonObject pod, bool isAbsent) =>
        NodeCapacity.Shortage(pod, isAbsent) ?? NodeCapacity.Mismatch(pod, store.List(KindInfo.Nodes, null).Items);

    private void Write(JsonObject pod, PodRun run, DateTimeOffset now) =>
        store.Update(KindInfo.Pods, pod.Namespace(), pod.Name(), current =>
        {
            current.Object("metadata").Remove("resourceVersion");
            if (run.Stage != PodStage.Unschedulable) current["spec"]!["nodeName"] = Node;
            current["status"] = PodStatus.Create(current, run, now);
            return current;
        });

    private static IReadOnlyList<string> StartLog(JsonObject pod, string behavior) =>
    [
        $"{pod.Name()} [info] Running RsolvWeb.Endpoint with Bandit at 0.0.0.0:4000 (http)",
        "[info] PromEx started: Rsolv.PromEx",
        .. behavior == "probe-fails" ? (string[])["[warning] /health answers 500: the cache is not warm"] : [],
    ];

    public static string Image(JsonObject pod) => pod.At("spec")?["containers"]?[0].At("image").Text() ?? "";

    private static string Container(JsonObject pod) => pod.At("spec")?["containers"]?[0].At("name").Text() ?? "";
}
