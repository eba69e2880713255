using RsolvDeploy.Cluster;
using RsolvDeploy.Core.Tests.SourceControl;
using RsolvDeploy.Preflight;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>What the coming steps will ask of the API server.</summary>
public class AccessRequirementTests
{
    private static readonly Target Plain = Targets.With("/src");
    private static readonly Target Overlaid = Plain with { Kustomize = new KustomizeSettings("/overlay", []) };

    [Fact]
    public void An_overlay_asks_to_read_make_and_patch_each_kind_that_it_writes_and_no_other()
    {
        var needs = Of(Overlaid, [ResourceKind.Services, ResourceKind.Deployments], DeploymentStep.Update);

        string[] wanted =
        [
            "get services in ns", "patch services in ns", "create services in ns", "create deployments in ns", "patch deployments in ns",
            "list horizontalpodautoscalers in ns",
        ];
        Assert.Superset(wanted.ToHashSet(), needs.Select(need => need.ToString()).ToHashSet());
        Assert.DoesNotContain(needs, need => need.Resource is "ingresses" or "serviceaccounts");
        Assert.All(needs.Where(need => wanted.Contains(need.ToString())), need => Assert.False(need.IsOptional));
    }

    [Fact]
    public void Without_an_overlay_nothing_but_what_is_remembered_is_made()
    {
        var made = Of(Plain, [], DeploymentStep.Update).Where(need => need.Verb == "create").Select(need => need.Resource);

        Assert.Equal(["configmaps", "leases", "secrets"], made.Order());
    }

    [Fact]
    public void What_only_the_trial_of_a_backup_needs_is_spared_and_what_an_update_needs_is_not()
    {
        Assert.True(Of(Plain, [], DeploymentStep.Backup).Single(need => need.ToString() == "patch deployments in ns").IsOptional);
        Assert.False(Of(Plain, [], DeploymentStep.Backup, DeploymentStep.Update)
            .Single(need => need.ToString() == "patch deployments in ns").IsOptional);
        Assert.True(Of(Plain, [], DeploymentStep.Backup, DeploymentStep.Update)
            .Single(need => need.ToString() == "patch secrets in ns").IsOptional);
    }

    // A release goes on, and is rolled back, without the copies of its Secrets; a warning reports it.
    [Theory]
    [InlineData(DeploymentStep.Update)]
    [InlineData(DeploymentStep.Undo)]
    public void Only_a_backup_needs_the_Secrets(DeploymentStep step)
    {
        var needs = Of(Plain, [], step).Where(need => need.Resource == "secrets").ToList();
        Assert.NotEmpty(needs);
        Assert.All(needs, need => Assert.True(need.IsOptional, $"{need}"));
        Assert.False(Of(Plain, [], step, DeploymentStep.Backup).Single(need => need.ToString() == "list secrets in ns").IsOptional);
    }

    [Fact]
    public void Migrations_ask_for_exec_only_where_they_are_configured()
    {
        Assert.DoesNotContain(Of(Plain, [], DeploymentStep.Migrate), need => need.Resource == "pods/exec");
        Assert.Contains(
            Of(Plain with { Migrations = new MigrationSettings(["a"], ["b"], TimeSpan.FromMinutes(1)) }, [], DeploymentStep.Migrate),
            need => need.ToString() == "create pods/exec in ns");
    }

    [Fact]
    public void An_update_asks_for_the_kinds_of_its_workloads()
    {
        var target = Plain with
        {
            Workloads = [new Workload(WorkloadKind.StatefulSet, "worker"), new Workload(WorkloadKind.CronJob, "nightly")],
        };
        var needs = Of(target, [], DeploymentStep.Update).Select(need => need.ToString()).ToList();
        Assert.Superset(
            new HashSet<string>
            {
                "patch statefulsets in ns", "watch statefulsets in ns", "watch controllerrevisions in ns", "delete pods in ns",
                "patch cronjobs in ns", "watch pods in ns",
            },
            needs.ToHashSet());
        Assert.DoesNotContain(needs, need => need.Contains("deployments", StringComparison.Ordinal) || need == "watch cronjobs in ns");
    }

    private static IReadOnlyList<AccessRequirement> Of(Target target, ResourceKind[] written, params DeploymentStep[] steps) =>
        AccessRequirement.For(target, steps, [ResourceKind.ConfigMaps, ResourceKind.Secrets], written);
}
