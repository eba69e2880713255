using RsolvDeploy.Cluster;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>Adds pods of a StatefulSet or DaemonSet to a state.</summary>
internal static class SetPods
{
    public static RolloutState Pod(
        this RolloutState state, string name, string hash, string container = """{"running":{}}""", int restarts = 0, bool ready = true,
        int generation = 0) =>
        state.Put(ResourceKind.Pods, RolloutSamples.Parse($$"""
            {"metadata":{"name":"{{name}}","uid":"{{name}}",
              "labels":{"controller-revision-hash":"{{hash}}","pod-template-generation":"{{generation}}"},
              "ownerReferences":[{"uid":"s","controller":true}]},
             "spec":{"containers":[{"name":"app"}]},
             "status":{"phase":"Running","conditions":[{"type":"Ready","status":"{{(ready ? "True" : "False")}}"}],
              "containerStatuses":[{"name":"app","imageID":"IMAGE",
               "ready":{{(ready ? "true" : "false")}},"restartCount":{{restarts}},"state":{{container}} }] } }
            """));
}
