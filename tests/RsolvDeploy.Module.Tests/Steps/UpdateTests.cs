using System.Text;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>An update writes what it shows, by image patch and by overlay.</summary>
public sealed class UpdateTests : SandboxedTest
{
    private const string Tag = "production-20260102-000000";

    private readonly string _overlay = Directory.CreateTempSubdirectory("rsolv-overlay-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_overlay, recursive: true);
    }

    [Fact]
    public void What_would_change_is_shown_field_by_field()
    {
        Interface.Clear();
        Run($"$target | Update-RsolvDeployment -Image {Tag} -WhatIf").ThrowOnError();
        var shown = string.Concat(Interface.Lines);
        Assert.Contains("- spec.template.spec.containers.rsolv-platform.image:", shown, StringComparison.Ordinal);
        Assert.Contains("+ spec.template.spec.containers.rsolv-platform.image:", shown, StringComparison.Ordinal);
        Assert.Empty(Session.Changes);
    }

    [Fact]
    public void A_concurrent_change_while_the_question_is_open_refuses_the_write()
    {
        var before = Sandbox.Image();
        var outcome = Interrupted("");
        var error = Assert.Single(outcome.Errors);
        Assert.StartsWith("Drifted,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("spec.minReadySeconds", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("-AcceptDrift", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("Failed", outcome.Of("Rollout").Text("Status"));
        Assert.Equal(before, Sandbox.Image());
    }

    [Fact]
    public void An_accepted_concurrent_change_is_kept()
    {
        var outcome = Interrupted(" -AcceptDrift").ThrowOnError();
        Assert.Equal("Succeeded", outcome.Of("Rollout").Text("Status"));
        Assert.Equal(1, Sandbox.Deployment()["spec"]!["minReadySeconds"]!.GetValue<int>());
    }

    [Fact]
    public void An_overlay_is_shown_without_its_secrets_and_applied_with_the_image()
    {
        Assert.SkipWhen(
            !OnPath("kustomize") && !OnPath("kubectl"), "There is neither kustomize nor kubectl on PATH, and this test needs one of them.");
        WriteOverlay($"{Sandbox.Services.RegistryHost}/{SandboxSeed.Repository}");
        var edited = $"""
            $edited = $folder + '/edited.yaml'
            [System.IO.File]::WriteAllText($edited, [System.IO.File]::ReadAllText($folder + '/rsolv.yaml').Replace('  kubeconfig: ', '  kustomize: {"{"} path: "{_overlay}" {"}"}
              kubeconfig: '))
            $overlaid = Get-RsolvTarget production -ConfigurationPath $edited

            """;
        Interface.Clear();

        Run($"{edited}$overlaid | Update-RsolvDeployment -Image {Tag} -WhatIf").ThrowOnError();

        var shown = string.Concat(Interface.Lines);
        Assert.Contains("Secret/overlaid (new):", shown, StringComparison.Ordinal);
        Assert.Contains("+ data.TOKEN: (secret, 17 bytes)", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("sbxsecret", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("sbxsecret-overlay")), shown, StringComparison.Ordinal);
        Assert.Empty(Session.Changes);

        var readiness = Run($"{edited}$overlaid | Test-RsolvEnvironment -Image {Tag} -Step Update -OutVariable readiness | "
            + "Update-RsolvDeployment -Confirm:$false; $readiness").ThrowOnError();

        Assert.Equal("Succeeded", readiness.Of("Rollout").Text("Status"));
        Assert.Contains(
            "overlay",
            readiness.Of("Rollout").Items("Checks").Single(check => check.Text("Id") == "update.applied").Text("Evidence"),
            StringComparison.Ordinal);
        Assert.Equal("Passed", readiness.Of("Readiness").Checks()["environment.permissions"]);
        Assert.NotNull(Sandbox.Objects.Find(KindInfo.Secrets, Sandbox.Namespace, "overlaid"));
        Assert.StartsWith($"{Sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@sha256:", Sandbox.Image(), StringComparison.Ordinal);
    }

    private Outcome Interrupted(string how)
    {
        Interface.Answers.Enqueue(0);
        Interface.Asking = () => Sandbox.ChangeDeployment(deployment => deployment["spec"]!["minReadySeconds"] = 1);
        return Run($"$target | Update-RsolvDeployment -Image {Tag} -Confirm{how}");
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private void WriteOverlay(string repository)
    {
        File.WriteAllText(Path.Combine(_overlay, "kustomization.yaml"), "resources: [objects.yaml]\n");
        File.WriteAllText(Path.Combine(_overlay, "objects.yaml"), $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: rsolv-platform, labels: { app: rsolv-platform } }
            spec:
              selector: { matchLabels: { app: rsolv-platform } }
              template:
                metadata: { labels: { app: rsolv-platform } }
                spec:
                  containers: [{ name: rsolv-platform, image: '{{repository}}:old' }]
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: overlaid }
            type: Opaque
            stringData: { TOKEN: sbxsecret-overlay }
            """);
    }
}
