using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Sandbox.Kubernetes.Exec;
using RsolvDeploy.Sandbox.Platform;
using RsolvDeploy.Sandbox.Programs;
using RsolvDeploy.Sandbox.Security;

namespace RsolvDeploy.Sandbox;

/// <summary>A whole sandbox: the cluster and its services, on free ports of loopback.</summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SandboxIdentity _identity;
    private readonly ConcurrentQueue<SandboxRequest> _requests = new();
    private readonly ObjectStore _store = new();
    private readonly SandboxOptions _options;
    private readonly bool _ownsFolder;
    private WebApplication? _kubernetes;
    private Task _controllers = Task.CompletedTask;

    private SandboxServer(SandboxOptions options, SandboxIdentity identity, ServicesHost services)
    {
        _options = options;
        _identity = identity;
        Services = services;
        _ownsFolder = options.Folder is null;
        Folder = options.Folder ?? Directory.CreateTempSubdirectory("rsolv-sandbox-").FullName;
    }

    public string Folder { get; }

    public string KubeconfigPath => Path.Combine(Folder, "kubeconfig");

    public string ConfigurationPath => Path.Combine(Folder, "rsolv.yaml");

    public Uri KubernetesAddress { get; private set; } = null!;

    /// <summary>The namespace of the platform.</summary>
    public string Namespace => _options.Namespace;

    /// <summary>All objects of the API server.</summary>
    public ObjectStore Objects => _store;

    public ServicesHost Services { get; }

    /// <summary>The admission policy for images.</summary>
    public ImagePolicy Policy { get; } = new();

    /// <summary>The schemas of the platform's databases.</summary>
    public PlatformDatabases Databases { get; } = new();

    public FaultInjector Faults { get; private init; } = null!;

    /// <summary>Further listeners that a port-forward leads to, by the label <c>app</c> of the pod and its port.</summary>
    public ConcurrentDictionary<(string App, int Port), Uri> Listeners { get; } = new();

    /// <summary>The requests that the API server has responded to.</summary>
    public IReadOnlyList<SandboxRequest> Requests => [.. _requests];

    /// <summary>Raised when the API server begins to respond to a request.</summary>
    public event Action<SandboxRequest>? Requested;

    /// <summary>Starts a sandbox; it returns when the platform's pods are ready.</summary>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken ct)
    {
        var faults = new FaultInjector();
        var identity = new SandboxIdentity(DateTimeOffset.UtcNow - options.CertificateAge);
        var services = new ServicesOptions { Arriving = options.Arriving, Certificate = identity.Server };
        var sandbox = new SandboxServer(options, identity, await ServicesHost.StartAsync(faults, services, ct))
        {
            Faults = faults,
        };
        try
        {
            await sandbox.ListenAsync(ct);
            SandboxFiles.Write(sandbox, sandbox._identity.AuthorityPem, sandbox._identity.AdminToken, sandbox._identity.ViewerToken);
            await sandbox.ReadyAsync(ct);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _controllers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_kubernetes is not null)
        {
            await _kubernetes.StopAsync();
            await _kubernetes.DisposeAsync();
        }

        await Services.DisposeAsync();
        _identity.Dispose();
        _stop.Dispose();
        if (_ownsFolder && Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        var events = new EventRecorder(_store);
        var kubelet = new Kubelet(_store, events, new PodImages(Services.Images, Faults), Services.Platform, _options);
        var controllers = new WorkloadControllers(_store, events, _options.CountsBrokenPods);
        var exec = new ExecEndpoint(new PodPrograms(new ReleaseProgram(Databases, Faults)));
        var pods = new PodEndpoints(new LogEndpoint(_store, kubelet), new PortForwardEndpoint(FindListener), exec);
        var api = new ApiServer(_store, new ApiAccess(_identity, Faults), new ObjectWrites(_store, Policy, Faults), pods, Faults);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                PeerUser.Require(listen, PeerUser.IsOwn);
                listen.UseHttps(_identity.Server);
            });
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        _kubernetes = builder.Build();
        BrowserGuard.Use(_kubernetes);
        LoopbackListener.NotifyArriving(_kubernetes, _options.Arriving);
        _kubernetes.Use(RecordAsync);
        _kubernetes.UseWebSockets();
        _kubernetes.Run(api.ServeAsync);
        await _kubernetes.StartAsync(ct);
        KubernetesAddress = new Uri(
            _kubernetes.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        SandboxSeed.Create(_store, Services, _identity.AuthorityPem);
        _controllers = ControlAsync(controllers, kubelet, _stop.Token);
    }

    // When the response begins, not when it ends: a watch may last for hours.
    private Task RecordAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(() =>
        {
            var request = new SandboxRequest(http.Request.Method, http.Request.Path + http.Request.QueryString, http.Response.StatusCode);
            _requests.Enqueue(request);
            Requested?.Invoke(request);
            return Task.CompletedTask;
        });
        return next(http);
    }

    private async Task ControlAsync(WorkloadControllers controllers, Kubelet kubelet, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_options.Tick);
        do
        {
            try
            {
                controllers.Sync(DateTimeOffset.UtcNow);
                kubelet.Sync(DateTimeOffset.UtcNow);
                if (Faults.Take(Fault.ReportedBroken)) ReportBroken();
            }
            catch (ApiError)
            {
                // Somebody deleted what was about to be changed; the next round does not see it any more.
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    // As a person does it with kubectl annotate.
    private void ReportBroken() => _store.Update(KindInfo.Deployments, Namespace, SandboxSeed.Deployment, deployment =>
    {
        var metadata = deployment["metadata"]!.AsObject();
        if (metadata["annotations"] is not JsonObject annotations) metadata["annotations"] = annotations = [];
        annotations["rsolv.dev/broken"] = "customers report that mitigations fail";
        return deployment;
    });

    // Ready: every pod runs, and the status of every Deployment shows it.
    private async Task ReadyAsync(CancellationToken ct)
    {
        var version = ObjectStore.First;
        while (_store.List(KindInfo.Pods, null).Items.Count(Workload.IsReady) < 3 + (2 * SandboxSeed.Replicas)
            || _store
                .List(KindInfo.Deployments, null).Items
                .Any(deployment => deployment.At("status", "availableReplicas").Number() != SandboxSeed.Replicas))
        {
            if (_controllers.IsCompleted) await _controllers;
            var (changes, next) = _store.After(version);
            version = changes.Count > 0 ? changes[^1].Version : version;
            await next.WaitAsync(ct);
        }
    }

    private Uri? FindListener(JsonObject pod, int port) => (pod.At("metadata", "labels", "app").Text(), port) switch
    {
        ("prometheus", 9090) => Services.Prometheus,
        ("grafana", 3000) => Services.Grafana,
        ("alertmanager", 9093) => Services.Alertmanager,
        (SandboxSeed.Deployment, 4000) => Services.PlatformAddress,
        ({ } app, _) => Listeners.GetValueOrDefault((app, port)),
        _ => null,
    };
}
