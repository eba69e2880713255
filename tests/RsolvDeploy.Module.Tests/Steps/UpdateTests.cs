using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>What is shown of an update is what is written, by image patch and by overlay.</summary>
public sealed class UpdateTests : IDisposable
{
    private const string Tag = "production-20260102-000000";

    private readonly string _overlay = Directory.CreateTempSubdirectory("rsolv-overlay-").FullName;

    public void Dispose() => Directory.Delete(_overlay, recursive: true);

    [Fact]
    public async Task What_would_change_is_shown_field_by_field()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Session.Host.Interface.Clear();
        with.Run($"$target | Update-RsolvDeployment -Image {Tag} -WhatIf").ThrowOnError();
        var shown = string.Concat(with.Session.Host.Interface.Lines);
        Assert.Contains("- spec.template.spec.containers.rsolv-platform.image:", shown, StringComparison.Ordinal);
        Assert.Contains("+ spec.template.spec.containers.rsolv-platform.image:", shown, StringComparison.Ordinal);
        Assert.Empty(with.Changes);
    }

    [Fact]
    public async Task Somebody_elses_change_while_the_question_is_open_refuses_the_write()
    {
        await using var with = await SandboxedSession.StartAsync();
        var before = Image(with);
        var outcome = Interrupted(with, "");
        var error = Assert.Single(outcome.Errors);
        Assert.StartsWith("Drifted,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("spec.minReadySeconds", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("-AcceptDrift", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("Failed", outcome.Of("Rollout").Text("Status"));
        Assert.Equal(before, Image(with));
    }

    [Fact]
    public async Task It_is_written_on_top_of_that_change_when_it_is_accepted()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = Interrupted(with, " -AcceptDrift").ThrowOnError();
        Assert.Equal("Succeeded", outcome.Of("Rollout").Text("Status"));
        Assert.Equal(1, Deployment(with)["spec"]!["minReadySeconds"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_overlay_is_shown_without_its_secrets_and_applied_with_the_image()
    {
        Assert.SkipWhen(!OnPath("kustomize") && !OnPath("kubectl"), "There is neither kustomize nor kubectl on PATH: that overlays are built was not tried.");
        await using var with = await SandboxedSession.StartAsync();
        Plant($"{with.Sandbox.Services.RegistryHost}/{SandboxSeed.Repository}");
        var edited = $"""
            $edited = $folder + '/edited.yaml'
            [System.IO.File]::WriteAllText($edited, [System.IO.File]::ReadAllText($folder + '/rsolv.yaml').Replace('  kubeconfig: ', '  kustomize: {"{"} path: "{_overlay}" {"}"}
              kubeconfig: '))
            $overlaid = Get-RsolvTarget production -ConfigurationPath $edited

            """;
        with.Session.Host.Interface.Clear();

        with.Run($"{edited}$overlaid | Update-RsolvDeployment -Image {Tag} -WhatIf").ThrowOnError();

        var shown = string.Concat(with.Session.Host.Interface.Lines);
        Assert.Contains("Secret/overlaid (new):", shown, StringComparison.Ordinal);
        Assert.Contains("+ data.TOKEN: (secret, 17 bytes)", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("sbxsecret", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("sbxsecret-overlay")), shown, StringComparison.Ordinal);
        Assert.Empty(with.Changes);

        var readiness = with.Run($"{edited}$overlaid | Test-RsolvEnvironment -Image {Tag} -Step Update -OutVariable readiness | Update-RsolvDeployment -Confirm:$false; $readiness").ThrowOnError();

        Assert.Equal("Succeeded", readiness.Of("Rollout").Text("Status"));
        Assert.Contains("overlay", readiness.Of("Rollout").Items("Checks").Single(check => check.Text("Id") == "update.applied").Text("Evidence"), StringComparison.Ordinal);
        Assert.Equal("Passed", readiness.Of("Readiness").Checks()["environment.permissions"]);
        Assert.NotNull(with.Sandbox.Objects.Find(KindInfo.Secrets, with.Sandbox.Namespace, "overlaid"));
        Assert.StartsWith($"{with.Sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@sha256:", Image(with), StringComparison.Ordinal);
    }

    private static Outcome Interrupted(SandboxedSession with, string how)
    {
        with.Session.Host.Interface.Answers.Enqueue(0);
        with.Session.Host.Interface.Asking = () => with.Sandbox.Objects.Update(KindInfo.Deployments, with.Sandbox.Namespace, "rsolv-platform", deployment =>
        {
            deployment["spec"]!["minReadySeconds"] = 1;
            return deployment;
        });
        return with.Run($"$target | Update-RsolvDeployment -Image {Tag} -Confirm{how}");
    }

    private static JsonObject Deployment(SandboxedSession with) => with.Sandbox.Objects.Find(KindInfo.Deployments, with.Sandbox.Namespace, "rsolv-platform")!;

    private static string Image(SandboxedSession with) => Deployment(with)["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>();

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private void Plant(string repository)
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
