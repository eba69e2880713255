using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Json;

namespace RsolvDeploy.Setup;

/// <summary>Finds the host name that leads to Services: of an Ingress, an HTTPRoute (Gateway API) or a Route (OpenShift).</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="ns">The namespace.</param>
/// <param name="services">The names of the Services.</param>
internal sealed class ServedHosts(ClusterClient cluster, string ns, IReadOnlySet<string> services)
{
    /// <summary>The first host; null for none. What may not be read is left out.</summary>
    public async Task<ServedHost?> FindFirstAsync(CancellationToken ct)
    {
        ResourceKind[] kinds = [ResourceKind.Ingresses, ResourceKind.HttpRoutes, ResourceKind.Routes];
        var lists = await Task.WhenAll(kinds.Select(kind => WorkloadSurvey.ListAsync(cluster, kind, ns, ct)));
        if (First(lists[0].SelectMany(ingress => OfIngress(ingress.ReadAs<V1Ingress>()))) is { } host) return host;
        foreach (var route in lists[1].Where(LeadsHere))
            if (First(await OfHttpRouteAsync(route, ct)) is { } routed) return routed;
        return First(lists[2]
            .Where(route => route.At("spec", "alternateBackends").Objects().Append(route.At("spec", "to")).Any(IsService))
            .Select(route => new ServedHost(
                route.At("spec", "host").Text() ?? "", route.At("spec", "tls") is not null, Name("Route", route))));
    }

    private static ServedHost? First(IEnumerable<ServedHost> hosts) =>
        hosts.FirstOrDefault(host => host.Name.Length > 0 && !host.Name.StartsWith('*'));

    private IEnumerable<ServedHost> OfIngress(V1Ingress ingress)
    {
        var rules = ingress.Spec?.Rules ?? [];
        if (!rules.SelectMany(rule => rule.Http?.Paths ?? []).Any(path => services.Contains(path.Backend.Service?.Name ?? ""))) return [];
        var tls = ingress.Spec!.Tls ?? [];
        return rules.Select(rule => rule.Host ?? "").Select(host => new ServedHost(
            host, tls.Any(one => one.Hosts is null || one.Hosts.Contains(host)), $"Ingress {ingress.Metadata.Name}"));
    }

    private bool LeadsHere(JsonObject httpRoute) =>
        httpRoute.At("spec", "rules").Objects().SelectMany(rule => rule["backendRefs"].Objects()).Any(IsService);

    // Whether it is https stands in the Gateway, and so do the hosts of a route that names none.
    private async Task<IEnumerable<ServedHost>> OfHttpRouteAsync(JsonObject route, CancellationToken ct)
    {
        var parents = route.At("spec", "parentRefs").Objects();
        var listeners = (await Task.WhenAll(parents.Select(parent => ListenersAsync(parent, ct)))).SelectMany(one => one).ToList();
        var hosts = route.At("spec", "hostnames") is JsonArray { Count: > 0 } names
            ? names.Select(name => name.Text())
            : listeners.Select(listener => listener["hostname"].Text());
        bool? isTls = listeners.Count == 0 ? null : listeners.Exists(listener => listener["protocol"].Text() == "HTTPS");
        return hosts.Select(host => new ServedHost(host ?? "", isTls, Name("HTTPRoute", route)));
    }

    private async Task<IEnumerable<JsonObject>> ListenersAsync(JsonObject parent, CancellationToken ct)
    {
        try
        {
            var gateway = await cluster.GetAsync(
                ResourceKind.Gateways, parent["namespace"].Text() ?? ns, parent["name"].Text() ?? "", ct);
            return gateway.At("spec", "listeners").Objects()
                .Where(listener => parent["sectionName"].Text() is not { } section || listener["name"].Text() == section)
                .Where(listener => parent["port"].Number() is not { } port || listener["port"].Number() == port);
        }
        catch (ApiException e) when (e.StatusCode is 403 or 404)
        {
            return [];
        }
    }

    private bool IsService(JsonNode? backend) =>
        backend.At("kind").Text() is null or "Service" && services.Contains(backend.At("name").Text() ?? "");

    private static string Name(string kind, JsonObject one) => $"{kind} {one.At("metadata", "name").Text()}";
}
