using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>A deployment that cannot succeed does not start.</summary>
public class EnvironmentTests : EnvironmentTest
{
    [Fact]
    public void A_missing_ConfigMap_of_the_pods_stops_it()
    {
        Sandbox.Objects.Delete(KindInfo.ConfigMaps, Sandbox.Namespace, "rsolv-config");
        AssertRefused(Run($"$target{Deploy}; $readiness"), "environment.references");
    }

    [Fact]
    public void A_surge_that_does_not_fit_the_quota_stops_it()
    {
        Sandbox.Create(new ResourceQuotaManifest("tight") { Hard = { ["pods"] = "2" }, Used = { ["pods"] = "2" } });
        AssertRefused(Run($"$target{Deploy}; $readiness"), "environment.capacity");
    }

    [Fact]
    public void An_admission_that_refuses_stops_it()
    {
        Sandbox.Faults.Inject(Fault.AdmissionRefuses, -1);
        AssertRefused(Run($"$target{Deploy}; $readiness"), "environment.dry-run", "no deployments on Fridays");
    }

    [Fact]
    public void An_image_that_runs_on_no_node_stops_it()
    {
        Sandbox.Create(new NodeManifest("mainframe") { Info = { ["operatingSystem"] = "linux", ["architecture"] = "s390x" } });
        AssertRefused(
            Run(
                "$target | Test-RsolvEnvironment -Image production-20260101-000000 -OutVariable readiness | "
                    + "Update-RsolvDeployment -Confirm:$false; $readiness"),
            "environment.image",
            "linux/s390x");
    }

    [Fact]
    public void A_registry_that_is_down_stops_it()
    {
        Sandbox.Faults.Inject(Fault.RegistryDown, -1);
        AssertRefused(Run($"$target{Deploy}; $readiness"), "environment.registry");
    }

    [Fact]
    public void A_sound_environment_is_ready_and_the_deployment_continues()
    {
        var outcome = Run("$target | Test-RsolvEnvironment -OutVariable readiness | Backup-RsolvState | Publish-RsolvImage -Phase test | "
            + "Update-RsolvDeployment -Confirm:$false; $readiness").ThrowOnError();
        Assert.Equal(["Succeeded", "Ready"], [outcome.Output[0].Text("Status"), outcome.Output[1].Text("Verdict")]);
        Assert.Equal(outcome.Output[0].Text("RunId"), outcome.Output[1].Text("RunId"));
    }

    [Fact]
    public void An_existing_failure_is_recorded_as_a_risk()
    {
        Sandbox.Faults.Inject(Fault.Platform5xx, -1);
        var readiness = Run("Test-RsolvEnvironment $target").ThrowOnError().Output.Single();
        Assert.Equal("ReadyWithRisks", readiness.Text("Verdict"));
        Assert.Contains("environment.baseline", readiness.Text("Recommendation"), StringComparison.Ordinal);
        Assert.Contains(
            "health.status",
            string.Join(' ', readiness.Items("Baseline.HealthFailing").Select(one => one.ToString())),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_the_pending_steps_need_is_checked()
    {
        Sandbox.Faults.Inject(Fault.RegistryDown, -1);
        var readiness = Run("Test-RsolvEnvironment $target -Step Backup").ThrowOnError().Output.Single();
        Assert.Equal("Ready", readiness.Text("Verdict"));
        Assert.Equal("Skipped", readiness.Checks()["environment.registry"]);
    }

    [Theory]
    [InlineData("$resolved = $target | Publish-RsolvImage -Phase test", "production-test")]
    [InlineData(
        "$null = $target | Publish-RsolvImage -Phase test; $resolved = $target | Test-RsolvEnvironment -Image production-test",
        "production-test")]
    public void A_tag_that_moved_after_it_was_resolved_does_not_change_what_runs(string resolve, string tag)
    {
        var outcome = Run($"{resolve}; $moved = $target | Publish-RsolvImage -Phase test -ContextPath ($folder + '/app-broken'); "
            + "$resolved | Update-RsolvDeployment -Confirm:$false; $resolved; $moved").ThrowOnError();
        var (rollout, resolved, moved) = (outcome.Output[0], outcome.Output[1], outcome.Output[2]);
        Assert.Contains(tag, moved.Items("Tags").Select(one => one.ToString()));
        Assert.NotEqual(moved.Text("Reference"), resolved.Text("Reference"));
        Assert.Equal(["Succeeded", resolved.Text("Reference")], [rollout.Text("Status"), rollout.Text("Image")]);
        Assert.Equal(resolved.Text("Reference"), Sandbox.Image());
    }

    [Fact]
    public void An_existing_image_is_used_without_a_build()
    {
        var outcome = Run("Publish-RsolvImage $target -Image production-20260102-000000 -OutVariable image | "
            + "Update-RsolvDeployment -Confirm:$false; $image").ThrowOnError();
        Assert.Equal(outcome.Output[1].Text("Reference"), outcome.Output[0].Text("Image"));
        Assert.Equal(["Skipped", "Passed"], [outcome.Output[1].Checks()["image.built"], outcome.Output[1].Checks()["image.visible"]]);
    }
}
