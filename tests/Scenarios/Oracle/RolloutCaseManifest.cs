using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;

namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>The Deployment of a rollout.</summary>
/// <param name="Case">The rollout.</param>
/// <param name="On">The cluster.</param>
internal sealed record RolloutCaseManifest(RolloutCase Case, OracleCluster On) : Manifest("apps/v1", "Deployment", App)
{
    /// <summary>The name of the Deployment and of its container.</summary>
    public const string App = "app";

    /// <summary>The label of the node that a pod waits for on a real cluster.</summary>
    public string NodeLabel => $"rsolv-oracle-{Case.Seed}";

    /// <summary>Whether it is the release after; otherwise the one before.</summary>
    public bool IsAfter { get; init; }

    protected override void Fill(JsonObject item)
    {
        var labels = new JsonObject { ["app"] = App };
        var spec = new JsonObject
        {
            ["replicas"] = Case.Replicas,
            ["minReadySeconds"] = Case.MinReadySeconds,
            ["selector"] = new JsonObject { ["matchLabels"] = labels },
            ["strategy"] = Case.Recreate ? new JsonObject { ["type"] = "Recreate" } : new JsonObject
            {
                ["type"] = "RollingUpdate",
                ["rollingUpdate"] = new JsonObject { ["maxSurge"] = Share(Case.Surge), ["maxUnavailable"] = Share(Case.Unavailable) },
            },
            ["template"] = Template(labels),
        };
        if (Case.ProgressDeadline is { } deadline) spec["progressDeadlineSeconds"] = deadline;
        item["spec"] = spec;
    }

    private JsonObject Template(JsonObject labels)
    {
        var traits = IsAfter ? Case.New : Case.Old;
        // An update keeps the probe that the release before has.
        if (Case.IsUpdate) traits = traits with { HasProbe = Case.New.HasProbe };
        var container = new JsonObject { ["name"] = App, ["image"] = IsAfter ? On.After : On.Before };
        var pod = new JsonObject
        {
            ["terminationGracePeriodSeconds"] = Case.GracePeriod,
            ["containers"] = new JsonArray(container),
        };
        if (On.RunsPrograms)
        {
            container["command"] = new JsonArray("sh", "-c", Program(traits));
            container["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "state", ["mountPath"] = "/state" });
            pod["volumes"] = new JsonArray(new JsonObject { ["name"] = "state", ["emptyDir"] = new JsonObject() });
            if (traits.HasProbe)
                container["readinessProbe"] = Probe("""{ "exec": { "command": ["test", "-f", "/state/ready"] }, "periodSeconds": 1 }""");
            if (traits.UnschedulableFor > TimeSpan.Zero) pod["nodeSelector"] = new JsonObject { [NodeLabel] = "yes" };
        }
        else if (traits.HasProbe)
        {
            container["readinessProbe"] = Probe("""{ "httpGet": { "path": "/health", "port": 4000 }, "periodSeconds": 1 }""");
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = labels.DeepClone(), ["annotations"] = Script(traits) },
            ["spec"] = pod,
        };
    }

    // An update sets the image alone, so the pods of both releases have the annotations of the new one; they name its image.
    private JsonObject Script(PodTraits traits)
    {
        var scripted = Case.IsUpdate && !On.RunsPrograms ? Case.New : traits;
        return new JsonObject
        {
            ["sandbox.rsolv.dev/image"] = Case.IsUpdate ? On.After : "",
            ["sandbox.rsolv.dev/unschedulable-for"] = Text(scripted.UnschedulableFor),
            ["sandbox.rsolv.dev/pull-errors"] = scripted.PullErrors.ToString(CultureInfo.InvariantCulture),
            ["sandbox.rsolv.dev/crashes"] = scripted.Crashes.ToString(CultureInfo.InvariantCulture),
            ["sandbox.rsolv.dev/crash-after"] = Text(scripted.CrashAfter),
            ["sandbox.rsolv.dev/ready-after"] = Text(scripted.ReadyAfter),
            ["sandbox.rsolv.dev/stop-after"] = Text(Case.Old.StopAfter),
        };
    }

    private static string Program(PodTraits traits) => string.Create(CultureInfo.InvariantCulture, $"""
        trap 'sleep {traits.StopAfter.TotalSeconds}; exit 0' TERM
        n=$(cat /state/n 2>/dev/null || echo 0); echo $((n+1)) > /state/n; rm -f /state/ready
        if [ $n -lt {traits.Crashes} ]; then sleep {traits.CrashAfter.TotalSeconds}; exit 1; fi
        sleep {traits.ReadyAfter.TotalSeconds}; touch /state/ready
        while true; do sleep 1; done
        """).ReplaceLineEndings("\n");

    private static JsonNode? Probe(string probe) => JsonNode.Parse(probe);

    private static string Text(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static JsonValue Share(string share) =>
        int.TryParse(share, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(share);
}
