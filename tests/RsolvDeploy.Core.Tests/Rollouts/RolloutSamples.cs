using System.Text.Json.Nodes;

using RsolvDeploy.Cluster;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>A Deployment with its ReplicaSet, as a rollout under way shows them, and pods as a test wants them.</summary>
internal static class RolloutSamples
{
    public const string Image = "registry.test/app@sha256:1111";
    private const string Template =
        """
        {"spec":{"containers":[{"name":"app","image":"IMAGE"},{"name":"side","image":"other"}],"initContainers":[{"name":"init","image":"IMAGE"}]}}
        """;

    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Settings with which every cause that can be certain is certain at once.</summary>
    public static readonly RolloutSettings Impatient = new()
    {
        Patience = RolloutCauses.All.Where(cause => cause.Patience is not null).ToDictionary(cause => cause.Id, _ => TimeSpan.Zero),
    };

    /// <summary>What an update of the sample expects, with no patience.</summary>
    public static readonly RolloutExpectation Expected = new("app", "app", Image, 2) { Settings = Impatient };

    /// <summary>The state with the pods as given and no patience.</summary>
    public static RolloutState With(params JsonObject[] pods) => With(Expected, pods);

    public static RolloutState With(RolloutExpectation expected, params JsonObject[] pods) =>
        pods.Aggregate(
            new RolloutState(expected).Put(ResourceKind.Deployments, Deployment(pods.Length)).Put(ResourceKind.ReplicaSets, ReplicaSet()),
            (state, pod) => state.Put(ResourceKind.Pods, pod));

    public static RolloutState Put(this RolloutState state, ResourceKind kind, JsonObject item) =>
        state.Apply(kind, new WatchEvent(WatchEventType.Modified, item));

    public static JsonObject Deployment(int replicas) => Parse("""
        {"metadata":{"name":"app","uid":"d","generation":2,"annotations":{"deployment.kubernetes.io/revision":"7"}},
         "spec":{"replicas":COUNT,"template":TEMPLATE},
         "status":{"observedGeneration":2,"replicas":COUNT,"updatedReplicas":COUNT,"availableReplicas":COUNT}}
        """, ("TEMPLATE", Template), ("IMAGE", Image), ("COUNT", $"{replicas}"));

    public static JsonObject ReplicaSet() => Parse("""
        {"metadata":{"name":"app-7","uid":"r","annotations":{"deployment.kubernetes.io/revision":"7"},"ownerReferences":[{"uid":"d"}]},
         "spec":{"template":TEMPLATE}}
        """, ("TEMPLATE", Template), ("IMAGE", Image));

    /// <summary>A pod whose container <c>app</c> has this status beside its name, image and restarts.</summary>
    public static JsonObject Pod(string container, int restarts = 0, bool ready = false, string rest = "", string init = "[]") => Parse("""
        {"metadata":{"name":"app-7-a","uid":"p","ownerReferences":[{"uid":"r"}]},
         "spec":{"nodeName":"n1","containers":[{"name":"app","readinessProbe":{"httpGet":{"path":"/health","port":"http"}},"livenessProbe":{"tcpSocket":{"port":4000}}}]},
         "status":{"phase":"Running","conditions":[{"type":"Ready","status":"CONDITION"}],"initContainerStatuses":INIT,
          "containerStatuses":[{"name":"app","imageID":"IMAGE","ready":READY,"restartCount":RESTARTS,STATE}]REST}}
        """, ("CONDITION", ready ? "True" : "False"), ("READY", ready ? "true" : "false"), ("RESTARTS", $"{restarts}"),
        ("STATE", container), ("INIT", init), ("REST", rest));

    public static JsonObject Event(string reason, string message) => Parse($$"""
        {"metadata":{"uid":"{{reason}}"},"involvedObject":{"uid":"p","fieldPath":"spec.containers{app}"},"type":"Warning","reason":"{{reason}}","message":"{{message}}","lastTimestamp":"2026-11-24T12:00:00Z"}
        """);

    public static JsonObject Parse(string json, params IEnumerable<(string Word, string Value)> words) =>
        JsonNode.Parse(words.Aggregate(
            json.Replace("IMAGE", Image, StringComparison.Ordinal),
            (text, one) => text.Replace(one.Word, one.Value, StringComparison.Ordinal)))!
            .AsObject();
}
