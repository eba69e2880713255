using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Core.Tests.SourceControl;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Nothing starts that cannot succeed.</summary>
public class EnvironmentTests
{
    private const string Deploy = " | Test-RsolvEnvironment -OutVariable readiness | Backup-RsolvState | Publish-RsolvImage -Phase test | Update-RsolvDeployment -Confirm:$false";

    public static TheoryData<string, string, string> Broken => new()
    {
        { "environment.cluster", "context: sandbox", "context: elsewhere" },
        { "environment.cluster", "  kubeconfig: ", "  cluster: { server: api.example.org }\n  kubeconfig: " },
        { "environment.cluster", "  kubeconfig: ", "  cluster: { uid: 2f1c9d1e-4b3a-4c5d-8e6f-0a1b2c3d4e5f }\n  kubeconfig: " },
        { "environment.namespace", "namespace: rsolv-production", "namespace: nowhere" },
        { "environment.namespace", "namespace: rsolv-production", "namespace: kube-system" },
        { "environment.permissions", "context: sandbox", "context: sandbox-viewer" },
        { "environment.dry-run", "deployment: rsolv-platform", "deployment: other" },
        { "environment.dry-run", "container: rsolv-platform", "container: web" },
        { "environment.registry", "repository: 127.0.0.1", "repository: 127.0.0.2" },
        { "environment.builder", "builder: tcp://127.0.0.1", "builder: tcp://127.0.0.2" },
        { "secrets.exist", "rsolv-secrets:", "no-secrets:" },
        { "secrets.SECRET_KEY_BASE", "hex(64)", "hex(65)" },
        { "secrets.OPENAI_API_KEY", "OPENAI_API_KEY: non-empty", "OPENAI_API_KEY: url" },
        { "secrets.NOT_THERE", "OPENAI_API_KEY: non-empty", "NOT_THERE: non-empty" },
        { "code.merged", "  kubeconfig: ", "  source: { path: /nowhere }\n  kubeconfig: " },
        { "config.rule", "  kubeconfig: ", "  source: { path: /nowhere }\n  review: [ { id: rule, file: a, exists: true } ]\n  kubeconfig: " },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_environment_stops_the_pipe_before_anything_is_written(string id, string what, string by)
    {
        await using var with = await SandboxedSession.StartAsync();
        AssertRefused(with, with.Run(Edited(what, by)), id);
    }

    [Fact]
    public async Task A_key_that_the_pods_need_and_is_missing_stops_it()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Objects.Delete(KindInfo.ConfigMaps, with.Sandbox.Namespace, "rsolv-config");
        AssertRefused(with, with.Run($"$target{Deploy}; $readiness"), "environment.references");
    }

    [Fact]
    public async Task A_surge_that_does_not_fit_the_quota_stops_it()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Objects.Create(KindInfo.All.Single(kind => kind.Kind == "ResourceQuota"), with.Sandbox.Namespace, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "tight" },
            ["status"] = new JsonObject { ["hard"] = new JsonObject { ["pods"] = "2" }, ["used"] = new JsonObject { ["pods"] = "2" } },
        });
        AssertRefused(with, with.Run($"$target{Deploy}; $readiness"), "environment.capacity");
    }

    [Fact]
    public async Task An_admission_that_refuses_stops_it()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.AdmissionRefuses, -1);
        AssertRefused(with, with.Run($"$target{Deploy}; $readiness"), "environment.dry-run", "no deployments on Fridays");
    }

    [Fact]
    public async Task A_kind_that_is_to_be_backed_up_and_is_not_known_stops_it()
    {
        await using var with = await SandboxedSession.StartAsync();
        AssertRefused(with, with.Run(Edited("backup: { ", "backup: { also: [ widgets.example.com ], ")), "environment.permissions", "widgets.example.com");
    }

    [Fact]
    public async Task An_image_that_runs_on_no_node_stops_it()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Objects.Create(KindInfo.All.Single(kind => kind.Kind == "Node"), null, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "mainframe" },
            ["status"] = new JsonObject { ["nodeInfo"] = new JsonObject { ["operatingSystem"] = "linux", ["architecture"] = "s390x" } },
        });
        AssertRefused(with, with.Run("$target | Test-RsolvEnvironment -Image production-20260101-000000 -OutVariable readiness | Update-RsolvDeployment -Confirm:$false; $readiness"), "environment.image", "linux/s390x");
    }

    [Fact]
    public async Task An_image_that_the_registry_does_not_have_stops_it()
    {
        await using var with = await SandboxedSession.StartAsync();
        AssertRefused(with, with.Run("$target | Test-RsolvEnvironment -Image production-never -OutVariable readiness | Update-RsolvDeployment -Confirm:$false; $readiness"), "environment.image", "production-never");
    }

    [Theory]
    [InlineData("code.clean", "uncommitted")]
    [InlineData("code.merged", "not in origin/main")]
    [InlineData("code.up-to-date", "behind origin/main")]
    [InlineData("config.rule", "config/runtime.exs")]
    public async Task Source_that_is_not_as_it_has_to_be_stops_it(string id, string words)
    {
        await using var with = await SandboxedSession.StartAsync();
        using var git = new GitFolder();
        if (id == "config.rule") git.Write("config/runtime.exs", "config :rsolv, host: \"staging.example.org\"\n");
        if (id == "code.clean") git.Write("new.txt", "not committed\n");
        else if (id != "code.up-to-date") git.Commit("mine");
        if (id == "config.rule") GitFolder.Git(git.Clone, "push", "--quiet", "origin", "main");
        if (id == "code.up-to-date") git.PushFromElsewhere();
        var source = $"  source: {{ path: {git.Clone} }}\n  review: [ {{ id: rule, file: config/runtime.exs, lacks: staging }} ]\n  kubeconfig: ";
        if (id != "config.rule") source = $"  source: {{ path: {git.Clone} }}\n  kubeconfig: ";
        AssertRefused(with, with.Run(Edited("  kubeconfig: ", source)), id, words);
    }

    [Fact]
    public async Task All_that_does_not_depend_on_each_other_is_asked_at_once()
    {
        // Nobody is answered before all have been asked: checks that ran one after the other would wait for each other for ever.
        string[] asked = ["registry", "engine", "prometheus alerts", "prometheus query", "platform", "permissions", "secrets", "namespace", "dry run", "quotas"];
        var missing = new ConcurrentDictionary<string, bool>(asked.Select(one => KeyValuePair.Create(one, true)));
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var looking = false;
        await using var with = await SandboxedSession.StartAsync(new SandboxOptions
        {
            Arriving = async http =>
            {
                if (!Volatile.Read(ref looking) || Of(http.Request) is not { } one) return;
                missing.TryRemove(one, out _);
                if (missing.IsEmpty) all.TrySetResult();
                await all.Task.WaitAsync(http.RequestAborted);
            },
        });
        Volatile.Write(ref looking, true);
        var looked = Task.Run(() => with.Run(Edited("  kubeconfig: ", "  triggers: { errorRate: { query: vector(0), above: 0.05 } }\n  kubeconfig: ", "Test-RsolvEnvironment")));
        var late = await Record.ExceptionAsync(() => looked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.True(late is null, $"Not asked while the others waited: {string.Join(", ", missing.Keys)}");
        Assert.Equal("Ready", (await looked).ThrowOnError().Output.Single().Text("Verdict"));

        static string? Of(HttpRequest request) => (request.Method, request.Path.Value) switch
        {
            ("POST", var path) when path!.EndsWith("/blobs/uploads/", StringComparison.Ordinal) => "registry",
            ("GET", var path) when path!.EndsWith("/info", StringComparison.Ordinal) => "engine",
            (_, "/api/v1/alerts") => "prometheus alerts",
            (_, "/api/v1/query") => "prometheus query",
            ("GET", "/health") => "platform",
            ("POST", var path) when path!.EndsWith("selfsubjectaccessreviews", StringComparison.Ordinal) => "permissions",
            ("GET", var path) when path!.EndsWith("/secrets/rsolv-secrets", StringComparison.Ordinal) => "secrets",
            ("GET", "/api/v1/namespaces/rsolv-production") => "namespace",
            ("PATCH", var path) when path!.EndsWith("/deployments/rsolv-platform", StringComparison.Ordinal) => "dry run",
            ("GET", var path) when path!.EndsWith("/resourcequotas", StringComparison.Ordinal) => "quotas",
            _ => null,
        };
    }

    [Fact]
    public async Task A_registry_that_is_down_stops_it()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.RegistryDown, -1);
        AssertRefused(with, with.Run($"$target{Deploy}; $readiness"), "environment.registry");
    }

    [Fact]
    public async Task A_sound_environment_is_ready_and_the_deployment_goes_on()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run("$target | Test-RsolvEnvironment -OutVariable readiness | Backup-RsolvState | Publish-RsolvImage -Phase test | Update-RsolvDeployment -Confirm:$false; $readiness").ThrowOnError();
        Assert.Equal(["Succeeded", "Ready"], [outcome.Output[0].Text("Status"), outcome.Output[1].Text("Verdict")]);
        Assert.Equal(outcome.Output[0].Text("RunId"), outcome.Output[1].Text("RunId"));
    }

    [Fact]
    public async Task Looking_changes_nothing_and_no_secret_shows()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run("$r = Test-RsolvEnvironment $target -Image production-20260101-000000 -Verbose 4>&1; $r; [System.Management.Automation.PSSerializer]::Serialize($r, 6)").ThrowOnError();
        Assert.Empty(with.Changes);
        Assert.DoesNotContain("sbxsecret", string.Join('\n', outcome.Output.Select(one => one.ToString())), StringComparison.Ordinal);
        Assert.Equal("Passed", outcome.Of("Readiness").Checks()["environment.image"]);
    }

    [Fact]
    public async Task What_is_wrong_already_is_recorded_and_is_a_risk()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.Platform5xx, -1);
        var readiness = with.Run("Test-RsolvEnvironment $target").ThrowOnError().Output.Single();
        Assert.Equal("ReadyWithRisks", readiness.Text("Verdict"));
        Assert.Contains("environment.baseline", readiness.Text("Recommendation"), StringComparison.Ordinal);
        Assert.Contains("health.status", string.Join(' ', readiness.Items("Baseline.HealthFailing").Select(one => one.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_the_steps_to_come_need_is_looked_at()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.RegistryDown, -1);
        var readiness = with.Run("Test-RsolvEnvironment $target -Step Backup").ThrowOnError().Output.Single();
        Assert.Equal("Ready", readiness.Text("Verdict"));
        Assert.Equal("Skipped", readiness.Checks()["environment.registry"]);
    }

    [Theory]
    [InlineData("$seen = $target | Publish-RsolvImage -Phase test", "production-test")]
    [InlineData("$null = $target | Publish-RsolvImage -Phase test; $seen = $target | Test-RsolvEnvironment -Image production-test", "production-test")]
    public async Task A_tag_that_moved_after_it_was_looked_at_does_not_change_what_runs(string look, string tag)
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run($"{look}; $moved = $target | Publish-RsolvImage -Phase test -ContextPath ($folder + '/app-broken'); $seen | Update-RsolvDeployment -Confirm:$false; $seen; $moved").ThrowOnError();
        var (rollout, seen, moved) = (outcome.Output[0], outcome.Output[1], outcome.Output[2]);
        Assert.Contains(tag, moved.Items("Tags").Select(one => one.ToString()));
        Assert.NotEqual(moved.Text("Reference"), seen.Text("Reference"));
        Assert.Equal(["Succeeded", seen.Text("Reference")], [rollout.Text("Status"), rollout.Text("Image")]);
        Assert.Equal(seen.Text("Reference"), with.Sandbox.Objects.Find(KindInfo.Deployments, with.Sandbox.Namespace, "rsolv-platform")!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_image_that_is_there_goes_on_without_a_build()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run("Publish-RsolvImage $target -Image production-20260102-000000 -OutVariable image | Update-RsolvDeployment -Confirm:$false; $image").ThrowOnError();
        Assert.Equal(outcome.Output[1].Text("Reference"), outcome.Output[0].Text("Image"));
        Assert.Equal(["Skipped", "Passed"], [outcome.Output[1].Checks()["image.built"], outcome.Output[1].Checks()["image.visible"]]);
    }

    // A script that deploys with a configuration in which one thing is another.
    private static string Edited(string what, string by, string? command = null) =>
        $"""
        $edited = $folder + '/edited.yaml'
        [System.IO.File]::WriteAllText($edited, [System.IO.File]::ReadAllText($folder + '/rsolv.yaml').Replace('{what}', '{by}'))
        Get-RsolvTarget production -ConfigurationPath $edited{(command is null ? Deploy + "; $readiness" : " | " + command)}
        """;

    private static void AssertRefused(SandboxedSession with, Outcome outcome, string id, string words = "")
    {
        Assert.Null(outcome.Ended);
        var error = Assert.Single(outcome.Errors);
        Assert.StartsWith("EnvironmentNotReady,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(id, error.ErrorDetails.Message, StringComparison.Ordinal);
        var readiness = outcome.Output[^1];
        Assert.Equal("NotReady", readiness.Text("Verdict"));
        var failed = readiness.Items("Checks").First(check => check.Text("Id") == id);
        Assert.Equal("Failed", failed.Text("Status"));
        Assert.False(string.IsNullOrWhiteSpace(failed.Text("Remedy")));
        Assert.Contains(words, failed.Text("Evidence"), StringComparison.Ordinal);
        Assert.Equal("Skipped", outcome.Output[0].Text("Status"));
        Assert.Contains("verification of the environment failed", outcome.Output[0].Items("Checks")[0].Text("Evidence"), StringComparison.Ordinal);
        Assert.Empty(with.Changes);
    }
}
