using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Exec;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Cluster.PortForwarding;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Cluster.Watching;
using RsolvDeploy.Configuration;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Cluster.Client;

/// <summary>One Kubernetes API server, read and written in JSON objects so that no field is lost. Thread safe.</summary>
/// <remarks>Every failure an operator can act on is a <see cref="Errors.DeployException"/>.</remarks>
internal sealed class ClusterClient : IDisposable
{
    private readonly ClusterConnection _connection;
    private readonly ApiRequests _requests;
    private readonly IReporter _reporter;

    internal ClusterClient(ClusterConnection connection, IReporter reporter, TimeProvider time)
    {
        _connection = connection;
        _reporter = reporter;
        Time = time;
        _requests = new ApiRequests(connection, time);
    }

    /// <summary>What every write passes through; null for nothing. Dry runs, questions and the lock's own Lease do not.</summary>
    public WriteGuard? Guard { get; set; }

    /// <summary>Receives the values of every Secret that is read or written one by one, and the credentials of the connection.</summary>
    public Redactor Redactor
    {
        get;
        set
        {
            field = value;
            value.Add(_connection.Proxy is { UserInfo: { Length: > 0 } user } ? Uri.UnescapeDataString(user.Split(':', 2)[^1]) : null);
            foreach (var secret in _connection.Secrets) value.Add(secret);
            _connection.Credentials.Used = credential =>
            {
                value.Add(credential.Token);
                value.Add(credential.Basic);
                value.Add(credential.Password);
            };
        }
    } = new();

    /// <summary>The clock that limits and retries run by.</summary>
    public TimeProvider Time { get; }

    /// <summary>The API server's address.</summary>
    public string Server => _connection.ServerName;

    /// <summary>The kubeconfig context in use; <c>in-cluster</c> for a pod's own account.</summary>
    public string ContextName => _connection.ContextName;

    /// <summary>The namespace of that context, or of the pod's own account; null when it names none.</summary>
    public string? ContextNamespace => _connection.Namespace;

    /// <summary>Reads the kubeconfig and finds the target's context. Sends nothing to the server yet.</summary>
    /// <param name="target">The environment to act on.</param>
    /// <param name="reporter">Where warnings are shown.</param>
    /// <param name="clock">The clock that limits and retries run by; null for the system's.</param>
    /// <exception cref="Errors.DeployException">Among others <c>WrongCluster</c>: the context leads to another server than
    /// the target means; <c>AddressInsecure</c>: the server is on another machine, and is used without TLS.</exception>
    public static ClusterClient Connect(Target target, IReporter reporter, TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        var environment = KubeconfigEnvironment.FromProcess() with { Time = time };
        var connection = KubeconfigLoader.Load(target.Kubeconfig, target.Context, environment, reporter);
        ClusterGuard.RefuseOtherServer(target, connection);
        SafeAddress.Require(target, connection.Server, $"The API server of context '{connection.ContextName}'");
        return new ClusterClient(connection, reporter, time);
    }

    /// <summary>The API server's time, which the ages of its objects are measured by; to the second.</summary>
    public DateTimeOffset Now => _requests.Clock.Now;

    /// <summary>The server's version, as <c>/version</c> gives it.</summary>
    public Task<JsonObject> GetVersionAsync(CancellationToken ct) =>
        _requests.JsonAsync(new ApiCall(HttpMethod.Get, "get", "version"), ct);

    /// <summary>What the server reports about its kinds at a path; null when there is nothing there.</summary>
    public async Task<JsonObject?> DiscoverAsync(string path, CancellationToken ct)
    {
        try
        {
            return await _requests.JsonAsync(new ApiCall(HttpMethod.Get, "get", path), ct);
        }
        catch (ApiException e) when (e.StatusCode is 404 or 503)
        {
            return null;
        }
    }

    /// <summary>One object, which has to be there.</summary>
    public async Task<JsonObject> GetAsync(ResourceKind kind, string? ns, string name, CancellationToken ct)
    {
        var call = ObjectCall.Get(kind, ns, name);
        try
        {
            return Known(await _requests.JsonAsync(call, ct));
        }
        catch (ApiException e) when (e.Id == "NotFound" && call.Namespace is not null)
        {
            // The server does not report whether the object or the whole namespace is missing; the operator has to know.
            if (await NamespaceIsMissingAsync(call.Namespace, ct))
                throw _requests.Faults.NamespaceMissing(call, e);
            throw;
        }
    }

    /// <summary>One object; null when it is not there.</summary>
    public async Task<JsonObject?> FindAsync(ResourceKind kind, string? ns, string name, CancellationToken ct)
    {
        try
        {
            return Known(await _requests.JsonAsync(ObjectCall.Get(kind, ns, name), ct));
        }
        catch (ApiException e) when (e.Id == "NotFound")
        {
            return null;
        }
    }

    /// <summary>All objects that match, in chunks; each with its <c>apiVersion</c> and <c>kind</c>.</summary>
    public IAsyncEnumerable<JsonObject> ListAsync(
        ResourceKind kind, string? ns, string? labelSelector, string? fieldSelector, CancellationToken ct) =>
        new ListRequest(_requests, kind, ns, labelSelector, fieldSelector).StreamAsync(ct);

    /// <summary>The same chunk by chunk, all of one version.</summary>
    /// <exception cref="ApiException">410: the server forgot the version before the end.</exception>
    public IAsyncEnumerable<ListChunk> ListChunksAsync(ResourceKind kind, string? ns, string? labelSelector, CancellationToken ct) =>
        new ListRequest(_requests, kind, ns, labelSelector, null) { OneVersion = true }.ChunksAsync(ct);

    /// <summary>Name and version of each object that matches.</summary>
    public async IAsyncEnumerable<(string Name, string Version)> ListVersionsAsync(
        ResourceKind kind, string? ns, string? labelSelector, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var chunk in new ListRequest(_requests, kind, ns, labelSelector, null) { MetadataOnly = true }.ChunksAsync(ct))
        {
            using var read = chunk;
            for (var index = 0; index < chunk.Count; index++)
            {
                var header = ObjectHeader.Read(chunk.Cursor(index), kind);
                yield return (header.Name, header.Version);
            }
        }
    }

    /// <summary>The version of the list of what matches, without the list.</summary>
    public Task<string> VersionOfAsync(ResourceKind kind, string? ns, string? labelSelector, CancellationToken ct) =>
        new ListRequest(_requests, kind, ns, labelSelector, null).VersionAsync(ct);

    /// <summary>The same, all at once; for lists that are known to be short.</summary>
    public async Task<List<JsonObject>> ListAllAsync(
        ResourceKind kind, string? ns, string? labelSelector, string? fieldSelector, CancellationToken ct)
    {
        var all = new List<JsonObject>();
        await foreach (var item in ListAsync(kind, ns, labelSelector, fieldSelector, ct)) all.Add(Known(item));
        return all;
    }

    /// <summary>Creates an object; returns it as the server stored it.</summary>
    public Task<JsonObject> CreateAsync(ResourceKind kind, string? ns, JsonObject body, bool dryRun, CancellationToken ct) =>
        SendAsync(ObjectCall.Create(kind, ns, Known(body), dryRun), dryRun, ct);

    /// <summary>Changes a part of an object; returns it as the server stored it.</summary>
    public Task<JsonObject> PatchAsync(ResourceKind kind, string? ns, string name, PatchRequest patch, CancellationToken ct) =>
        SendAsync(ObjectCall.Patch(kind, ns, name, patch), patch.DryRun, ct);

    /// <summary>Replaces an object; with a <c>resourceVersion</c> in the body only if nobody else changed it.</summary>
    public Task<JsonObject> ReplaceAsync(ResourceKind kind, string? ns, string name, JsonObject body, CancellationToken ct) =>
        SendAsync(ObjectCall.Replace(kind, ns, name, Known(body)), dryRun: false, ct);

    /// <summary>Deletes an object that was read before and, in the background, what it owns.</summary>
    /// <exception cref="ApiException"><c>Conflict</c>: another object has its name now, or it is no longer as it was read.</exception>
    public Task DeleteAsync(ResourceKind kind, string? ns, DeleteRequest request, CancellationToken ct) =>
        SendAsync(ObjectCall.Delete(kind, ns, request), dryRun: false, ct);

    /// <summary>The objects that exist, then <see cref="WatchEventType.Synced"/>, then every change until it is cancelled.</summary>
    public IAsyncEnumerable<WatchEvent> WatchAsync(WatchRequest watch, CancellationToken ct)
    {
        var list = new ListRequest(_requests, watch.Kind, watch.Namespace, watch.LabelSelector, watch.FieldSelector)
        {
            OneVersion = true,
        };
        return new ListWatch(_requests, list, _reporter, Time, watch.Patient).RunAsync(ct);
    }

    /// <summary>The lines of a container's log.</summary>
    public IAsyncEnumerable<string> ReadLogAsync(string ns, string pod, LogOptions options, CancellationToken ct) =>
        ContainerLog.ReadAsync(_requests, ns, pod, options, ct);

    /// <summary>
    /// HTTP to a service of the cluster, through the API server; no local port is opened. The caller disposes it before this client.
    /// </summary>
    public SocketsHttpHandler CreateServiceHandler(ServiceAddress service) =>
        new PortForwarder(_requests, service, ct => ServicePods.FindAsync(this, service, ct)).CreateHandler();

    /// <summary>Runs a program in a container to its end and gives its exit code; see <see cref="PodExec.RunAsync"/>.</summary>
    public async Task<int> ExecAsync(ExecRequest request, CancellationToken ct)
    {
        try
        {
            return await PodExec.RunAsync(_requests, request, Time, ct);
        }
        catch (ApiException e) when (e.StatusCode == 404)
        {
            // A refused WebSocket brings no body; reading the pod shows what is missing.
            await GetAsync(ResourceKind.Pods, request.Namespace, request.Pod, ct);
            throw;
        }
    }

    public void Dispose() => _requests.Dispose();

    // A server may quote a value in its answer; the redactor has to know it before.
    private JsonObject Known(JsonObject item)
    {
        if (item["kind"].Text() == "Secret") Redactor.AddSecret(item);
        return item;
    }

    private Task<JsonObject> SendAsync(ApiCall call, bool dryRun, CancellationToken ct) =>
        Guard is not { } guard || dryRun || call.Kind == ResourceKind.Leases || call.Kind is { Plural: "selfsubjectaccessreviews" }
            ? _requests.JsonAsync(call, ct)
            : guard.Record(
                $"{call.Verb} {call.Kind?.Plural} {(call.Namespace is null ? "" : call.Namespace + "/")}{call.Name}",
                () => _requests.JsonAsync(call with { BeforeAttempt = guard.ProveAsync }, ct));

    private async Task<bool> NamespaceIsMissingAsync(string ns, CancellationToken ct)
    {
        try
        {
            return await FindAsync(ResourceKind.Namespaces, null, ns, ct) is null;
        }
        catch (ApiException e) when (e.Id == "Forbidden")
        {
            return false; // who may not see namespaces gets the server's own answer
        }
    }
}
