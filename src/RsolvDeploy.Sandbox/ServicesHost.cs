using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Sandbox.Alerting;
using RsolvDeploy.Sandbox.Engine;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.GitHub;
using RsolvDeploy.Sandbox.Images;
using RsolvDeploy.Sandbox.Monitoring;
using RsolvDeploy.Sandbox.Platform;
using RsolvDeploy.Sandbox.Registry;
using Monitor = RsolvDeploy.Sandbox.Monitoring.Monitor;

namespace RsolvDeploy.Sandbox;

/// <summary>The services around the cluster: image engine, registry, platform, Prometheus and Grafana, each on its own port.</summary>
internal sealed class ServicesHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<LoopbackListener> _listeners = [];
    private Monitor? _monitor;
    private Monitor? _staging;
    private Task _ticking = Task.CompletedTask;

    private ServicesHost(ServicesOptions options)
    {
        Options = options;
        Images = new ImageStore { Credential = options.RegistryCredential };
    }

    public ServicesOptions Options { get; }

    /// <summary>The listeners of all services.</summary>
    public IReadOnlyList<LoopbackListener> Listeners => _listeners;

    public ImageStore Images { get; }

    public PlatformState Platform { get; } = new();

    public Monitor Monitor => _monitor!;

    /// <summary>The Docker Engine: <c>tcp://127.0.0.1:port</c>.</summary>
    public Uri Engine { get; private set; } = null!;

    /// <summary>The registry as image names have it: <c>127.0.0.1:port</c>.</summary>
    public string RegistryHost { get; private set; } = "";

    public Uri Prometheus { get; private set; } = null!;

    /// <summary>The Prometheus of staging, which scrapes the same platform.</summary>
    public Uri StagingPrometheus { get; private set; } = null!;

    public Uri Grafana { get; private set; } = null!;

    public Uri Alertmanager { get; private set; } = null!;

    /// <summary>The annotations in Grafana.</summary>
    public GrafanaAnnotations Annotations { get; private set; } = new();

    public Uri PlatformAddress { get; private set; } = null!;

    /// <summary>The platform over TLS; null without a certificate.</summary>
    public Uri? SecurePlatformAddress { get; private set; }

    /// <summary>The REST API of GitHub.</summary>
    public Uri GitHub { get; private set; } = null!;

    /// <summary>The repository on GitHub.</summary>
    public GitHubState Repository { get; private set; } = null!;

    public static Task<ServicesHost> StartAsync(FaultInjector faults, CancellationToken ct) =>
        StartAsync(faults, new ServicesOptions(), ct);

    public static async Task<ServicesHost> StartAsync(FaultInjector faults, ServicesOptions options, CancellationToken ct)
    {
        var host = new ServicesHost(options);
        try
        {
            await host.ListenAsync(faults, ct);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_listeners.Select(l => l.DisposeAsync().AsTask()));
        _monitor?.Dispose();
        _staging?.Dispose();
        _stop.Dispose();
    }

    private async Task ListenAsync(FaultInjector faults, CancellationToken ct)
    {
        RegistryHost = (await OpenAsync(new RegistryEndpoints(Images, faults).Map, ct)).Authority;
        Images.RegistryHost = RegistryHost;
        foreach (string name in (string[])["alpine:3", "debian:bookworm-slim"])
        {
            if (ImageName.TryParse(name, out var parsed))
                Images.SeedLocal(parsed);
        }

        Engine = new UriBuilder(await OpenAsync(new EngineEndpoints(Images, faults).Map, ct)) { Scheme = "tcp" }.Uri;
        var platform = await OpenAsync(new PlatformEndpoints(Platform, faults).Map, Options.Certificate, ct);
        (PlatformAddress, SecurePlatformAddress) = (platform.Address, platform.SecureAddress);
        var everything = new SeriesStore();
        _monitor = new Monitor(faults, new Uri(PlatformAddress, "/metrics"), Options.Environment, everything);
        Prometheus = await OpenAsync(new PrometheusEndpoints(_monitor).Map, ct);
        var grafana = new GrafanaEndpoints(_monitor, everything, faults, Options);
        Annotations = grafana.Annotations;
        Grafana = await OpenAsync(grafana.Map, ct);
        _staging = new Monitor(faults, new Uri(PlatformAddress, "/metrics"), "staging", everything);
        StagingPrometheus = await OpenAsync(new PrometheusEndpoints(_staging).Map, ct);
        Repository = new GitHubState(faults) { Settled = Report };
        GitHub = await OpenAsync(new GitHubEndpoints(Repository, faults).Map, ct);
        Alertmanager = await OpenAsync(
            new AlertmanagerEndpoints(() => Monitor.Rules.Groups.SelectMany(group => group.Rules).SelectMany(rule => rule.Alerts),
                Monitor.Silences).Map,
            ct);
        _ticking = Task.WhenAll(_monitor.RunAsync(_stop.Token), _staging.RunAsync(_stop.Token));
    }

    // The platform counts what the workflow reports to it.
    private void Report(GitHubRun run)
    {
        var report = new PhaseReport($"{GitHubState.Owner}/{GitHubState.Name}", "javascript", "express")
        {
            TestsGenerated = 4,
            TestsFailed = 4,
            FilesChanged = 1,
            TrustScore = run.TrustScore,
        };
        Platform.Metrics.AddValidation(report);
        Platform.Metrics.AddMitigation(report);
    }

    private async Task<Uri> OpenAsync(Action<WebApplication> map, CancellationToken ct) => (await OpenAsync(map, null, ct)).Address;

    private async Task<LoopbackListener> OpenAsync(Action<WebApplication> map, X509Certificate2? certificate, CancellationToken ct)
    {
        var listener = await LoopbackListener.StartAsync(map, Options with { Certificate = certificate }, ct);
        _listeners.Add(listener);
        return listener;
    }
}
