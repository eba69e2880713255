namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>The workloads of a target.</summary>
public class WorkloadSettingsTests
{
    private const string Three =
        """
        version: 1
        defaults: { namespace: n, environment: e, deployment: d, container: app }
        targets:
          short: { }
          several:
            workloads:
              - { kind: CronJob, name: nightly, container: job }
              - { kind: Deployment, name: web, alsoContainers: [migrate] }
              - { kind: StatefulSet, name: worker }
            rollout: { order: parallel }
          fewer:
            extends: several
            workloads: [ { kind: DaemonSet, name: agent } ]
        """;

    [Fact]
    public void Without_a_list_the_Deployment_is_the_only_workload()
    {
        var target = Documents.Parse(Three).GetTarget("short");
        var only = Assert.Single(target.Workloads);
        Assert.Equal((WorkloadKind.Deployment, "d", "app"), (only.Kind, only.Name, only.Container));
        Assert.Equal(RolloutOrder.Sequential, target.Rollout.Order);
    }

    [Fact]
    public void A_list_keeps_its_order_and_the_first_Deployment_is_the_main_workload()
    {
        var target = Documents.Parse(Three).GetTarget("several");
        Assert.Equal(["CronJob/nightly", "Deployment/web", "StatefulSet/worker"], target.Workloads.Select(one => one.ToString()));
        Assert.Equal(["job", null, "app"], target.Workloads.Select(one => one.Container));
        Assert.Equal(["migrate"], target.Workloads[1].AlsoContainers);
        Assert.Equal(("web", RolloutOrder.Parallel), (target.Deployment, target.Rollout.Order));
    }

    [Fact]
    public void A_list_replaces_the_inherited_one_and_without_a_Deployment_the_first_workload_is_the_main_one()
    {
        var target = Documents.Parse(Three).GetTarget("fewer");
        Assert.Equal(["DaemonSet/agent"], target.Workloads.Select(one => one.ToString()));
        Assert.Equal("agent", target.Deployment);
    }

    [Fact]
    public void An_inherited_overlay_is_taken_away_by_null_or_refused_beside_workloads()
    {
        const string Inherits = """
            version: 1
            defaults: { namespace: n, environment: e, deployment: d, kustomize: { path: ./overlay } }
            targets:
              one: { workloads: [ { kind: Deployment, name: web } ]
            """;
        Assert.Null(Documents.Parse(Inherits + ", kustomize: null }\n").GetTarget("one").Kustomize);
        var refusal = Documents.Refusal(Inherits + " }\n");
        Assert.Contains("it cannot be combined with 'workloads'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deployment: d, workloads: [ { kind: Deployment, name: web } ]", "only one of 'deployment', 'workloads' may be here")]
    [InlineData("url: https://a.example", "one of 'deployment', 'workloads' is missing")]
    [InlineData("workloads: []", "at least 1")]
    [InlineData("workloads: [ { kind: ReplicaSet, name: web } ]", "Deployment, StatefulSet, DaemonSet or CronJob")]
    [InlineData("workloads: [ { name: web } ]", "'kind' is missing")]
    [InlineData("workloads: [ { kind: Deployment, name: a }, { kind: Deployment, name: a } ]", "'Deployment/a' stands here twice")]
    [InlineData(
        "workloads: [ { kind: Deployment, name: web } ], kustomize: { path: ./overlay }",
        "targets.one.kustomize: it cannot be combined with 'workloads'. An overlay is applied for one Deployment only")]
    [InlineData("deployment: d, rollout: { order: random }", "sequential or parallel")]
    public void What_is_wrong_is_refused(string settings, string words)
    {
        var refusal = Documents.Refusal($"version: 1\ntargets:\n  one: {{ namespace: n, environment: e, {settings} }}\n");
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Workloads_of_different_kinds_may_have_the_same_name()
    {
        var target = Documents.Parse(
            "version: 1\ntargets:\n  one: { namespace: n, environment: e, workloads: [ { kind: Deployment, name: a }, "
                + "{ kind: CronJob, name: a } ] }\n").GetTarget("one");
        Assert.Equal(2, target.Workloads.Count);
    }
}
