using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Json;

namespace RsolvDeploy.Setup;

/// <summary>Finds the host names that lead to Services: of Ingresses, of HTTPRoutes (Gateway API) and of Routes (OpenShift).</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="ns">The namespace.</param>
/// <param name="services">The names of the Services.</param>
internal sealed class ServedHosts(ClusterClient cluster, string ns, IReadOnlySet<string> services)
{
    /// <summary>The hosts. What may not be read is left out.</summary>
    public async Task<IReadOnlyList<ServedHost>> FindAsync(CancellationToken ct)
    {
        var ingresses = WorkloadSurvey.ListAsync(cluster, ResourceKind.Ingresses, ns, ct);
        var httpRoutes = WorkloadSurvey.ListAsync(cluster, ResourceKind.HttpRoutes, ns, ct);
        var routes = WorkloadSurvey.ListAsync(cluster, ResourceKind.Routes, ns, ct);
        var found = (await ingresses).SelectMany(ingress => OfIngress(ingress.ReadAs<V1Ingress>())).ToList();
        foreach (var route in (await httpRoutes).Where(LeadsHere)) found.AddRange(await OfHttpRouteAsync(route, ct));
        found.AddRange((await routes)
            .Where(route => Objects(route, "spec", "alternateBackends").Append(route.At("spec", "to")).Any(IsService))
            .Select(route => new ServedHost(
                route.At("spec", "host").Text() ?? "", route.At("spec", "tls") is not null, Name("Route", route))));
        return [.. found.Where(host => host.Name.Length > 0 && !host.Name.StartsWith('*'))];
    }

    private IEnumerable<ServedHost> OfIngress(V1Ingress ingress)
    {
        var rules = ingress.Spec?.Rules ?? [];
        if (!rules.SelectMany(rule => rule.Http?.Paths ?? []).Any(path => services.Contains(path.Backend.Service?.Name ?? ""))) return [];
        var tls = ingress.Spec!.Tls ?? [];
        return rules.Select(rule => rule.Host ?? "").Select(host => new ServedHost(
            host, tls.Any(one => one.Hosts is null || one.Hosts.Contains(host)), $"Ingress {ingress.Metadata.Name}"));
    }

    private bool LeadsHere(JsonObject httpRoute) =>
        Objects(httpRoute, "spec", "rules").SelectMany(rule => Objects(rule, "backendRefs")).Any(IsService);

    // Whether it is https stands in the Gateway, and so do the hosts of a route that names none.
    private async Task<IEnumerable<ServedHost>> OfHttpRouteAsync(JsonObject route, CancellationToken ct)
    {
        var listeners = new List<JsonObject>();
        foreach (var parent in Objects(route, "spec", "parentRefs")) listeners.AddRange(await ListenersAsync(parent, ct));
        var hosts = Texts(route.At("spec", "hostnames"));
        if (hosts.Count == 0) hosts = [.. listeners.Select(listener => listener["hostname"].Text() ?? "").Distinct()];
        return hosts.Select(host => new ServedHost(host, listeners.Count == 0 ? null : listeners.Any(IsTls), Name("HTTPRoute", route)));
    }

    private async Task<IEnumerable<JsonObject>> ListenersAsync(JsonObject parent, CancellationToken ct)
    {
        try
        {
            var gateway = await cluster.GetAsync(
                ResourceKind.Gateways, parent["namespace"].Text() ?? ns, parent["name"].Text() ?? "", ct);
            return Objects(gateway, "spec", "listeners")
                .Where(listener => parent["sectionName"].Text() is not { } section || listener["name"].Text() == section);
        }
        catch (ApiException e) when (e.StatusCode is 403 or 404)
        {
            return [];
        }
    }

    private static bool IsTls(JsonObject listener) => listener["protocol"].Text() == "HTTPS";

    private bool IsService(JsonNode? backend) =>
        backend.At("kind").Text() is null or "Service" && services.Contains(backend.At("name").Text() ?? "");

    private static string Name(string kind, JsonObject one) => $"{kind} {one.At("metadata", "name").Text()}";

    private static IEnumerable<JsonObject> Objects(JsonObject from, params string[] path) =>
        (from.At(path) as JsonArray ?? []).OfType<JsonObject>();

    private static IReadOnlyList<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(one => one.Text() ?? "")];
}
