using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>A sandbox that runs a good image, and another image that crashes or starts.</summary>
internal sealed class CrashingSandbox : IAsyncDisposable
{
    private readonly SandboxServer _sandbox;
    private readonly string _image;

    private CrashingSandbox(SandboxServer sandbox, string behaviour, string? runId)
    {
        _sandbox = sandbox;
        Front = new PlainFrontEnd(sandbox, runId);
        GoodImage = RunningImage();
        var digest = sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "next", behaviour).Digest;
        _image = $"{sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@{digest}";
    }

    public PlainFrontEnd Front { get; }

    public string GoodImage { get; }

    public static async Task<CrashingSandbox> StartAsync(
        CancellationToken ct, string behaviour = "crashloop", Action<string>? arriving = null, string? runId = null)
    {
        var options = new SandboxOptions
        {
            Arriving = arriving is null ? null : http =>
            {
                if (http.Request.Method == "PATCH" && !http.Request.QueryString.Value!.Contains("dryRun", StringComparison.Ordinal))
                    arriving(http.Request.Path);
                return Task.CompletedTask;
            },
        };
        return new CrashingSandbox(await SandboxServer.StartAsync(options, ct), behaviour, runId);
    }

    public async Task<StepOutcome> UpdateAsync(UpdateOptions options) =>
        (await Front.RunAsync(StepInvocation.Create(new UpdateStep(), options with { Image = _image })))[^1];

    public string RunningImage()
    {
        var deployment = _sandbox.Objects.Find(KindInfo.Deployments, Front.Target.Namespace, Front.Target.Deployment)!;
        return PodTemplate.Image(deployment["spec"]!["template"], Front.Target.Container!)!;
    }

    public async Task<IReadOnlyList<Release>> HistoryAsync()
    {
        using var cluster = ClusterClient.Connect(Front.Target, SilentReporter.Instance);
        return await new ReleaseHistory(cluster, Front.Target).ReadAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Front.Dispose();
        await _sandbox.DisposeAsync();
    }
}
