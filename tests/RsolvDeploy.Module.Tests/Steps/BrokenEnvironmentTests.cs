using RsolvDeploy.Core.Tests.SourceControl;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>A deployment that cannot succeed does not start. None of these changes the cluster.</summary>
public class BrokenEnvironmentTests(SharedSession shared) : EnvironmentTest(shared), IClassFixture<SharedSession>
{
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
        {
            "config.rule",
            "  kubeconfig: ",
            "  source: { path: /nowhere }\n  review: [ { id: rule, file: a, exists: true } ]\n  kubeconfig: "
        },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_environment_stops_the_pipe_before_anything_is_written(string id, string what, string by)
    {
        AssertRefused(Run(Edited(what, by)), id);
    }

    [Fact]
    public void An_unknown_kind_in_the_backup_stops_it()
    {
        AssertRefused(
            Run(Edited("backup: { ", "backup: { also: [ widgets.example.com ], ")), "environment.permissions", "widgets.example.com");
    }

    [Fact]
    public void What_is_not_allowed_is_a_role_and_names_what_is_optional()
    {
        var refused = Run(Edited("context: sandbox", "context: sandbox-viewer")).Output[^1].Items("Checks")
            .Single(check => check.Text("Id") == "environment.permissions");
        Assert.Contains(". Optional: in ", refused.Text("Evidence"), StringComparison.Ordinal);
        Assert.Contains("] } # optional", refused.Text("Remedy"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_upload_address_that_does_not_resolve_is_one_failed_check()
    {
        using var registry = new UploadRegistry("http://internal.invalid:5000/v2/app/blobs/uploads/1");
        var outcome = Run(Edited("repository: 127.0.0.1", $"repository: {registry.Host}/app #"));
        AssertRefused(outcome, "environment.registry", "internal.invalid");
        var required = outcome.Output[^1].Items("Checks").Where(check => check.Text("Severity") == "Required");
        Assert.Equal(["environment.registry"], required.Where(check => check.Text("Status") == "Failed").Select(check => check.Text("Id")));
    }

    [Fact]
    public void An_image_that_the_registry_does_not_have_stops_it()
    {
        AssertRefused(
            Run(
                "$target | Test-RsolvEnvironment -Image production-never -OutVariable readiness | "
                    + "Update-RsolvDeployment -Confirm:$false; $readiness"),
            "environment.image",
            "production-never");
    }

    [Theory]
    [InlineData("code.clean", "uncommitted")]
    [InlineData("code.merged", "not in origin/main")]
    [InlineData("code.up-to-date", "behind origin/main")]
    [InlineData("config.rule", "config/runtime.exs")]
    public void Source_that_is_not_ready_stops_it(string id, string words)
    {
        using var git = new GitFolder();
        if (id == "config.rule") git.Write("config/runtime.exs", "config :rsolv, host: \"staging.example.org\"\n");
        if (id == "code.clean") git.Write("new.txt", "not committed\n");
        else if (id != "code.up-to-date") git.Commit("mine");
        if (id == "config.rule") GitFolder.Git(git.Clone, "push", "--quiet", "origin", "main");
        if (id == "code.up-to-date") git.PushFromElsewhere();
        var source =
            $"  source: {{ path: {git.Clone} }}\n  review: [ {{ id: rule, file: config/runtime.exs, lacks: staging }} ]\n  kubeconfig: ";
        if (id != "config.rule") source = $"  source: {{ path: {git.Clone} }}\n  kubeconfig: ";
        AssertRefused(Run(Edited("  kubeconfig: ", source)), id, words);
    }

    [Fact]
    public void The_verification_changes_nothing_and_shows_no_secret()
    {
        var outcome = Run("$r = Test-RsolvEnvironment $target -Image production-20260101-000000 -Verbose 4>&1; $r; "
            + "[System.Management.Automation.PSSerializer]::Serialize($r, 6)").ThrowOnError();
        Assert.Empty(Session.Changes);
        Assert.DoesNotContain("sbxsecret", string.Join('\n', outcome.Output.Select(one => one.ToString())), StringComparison.Ordinal);
        Assert.Equal("Passed", outcome.Of("Readiness").Checks()["environment.image"]);
    }
}
