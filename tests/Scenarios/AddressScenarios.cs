using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Json;
using RsolvDeploy.Setup;

namespace RsolvDeploy.Scenarios;

/// <summary>The address of a first configuration, by whatever leads to the pods from outside.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class AddressScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    // Every machine knows this name.
    private const string Host = "localhost";
    private const string Service = "outside";

    [Fact]
    public async Task Without_anything_that_leads_to_the_pods_the_address_is_left_open() =>
        Assert.Contains("# Open: no Ingress, HTTPRoute or Route leads to the pods", await DraftAsync(), StringComparison.Ordinal);

    [Theory]
    [InlineData(false, "http")]
    [InlineData(true, "https")]
    public async Task An_Ingress_leads_to_the_pods(bool isTls, string scheme)
    {
        await ServiceAsync();
        await CreateAsync(ResourceKind.Ingresses, "front", $$"""
            {
                {{(isTls ? $$"""
                "tls": [{ "hosts": ["{{Host}}"], "secretName": "tls" }],
                """ : "")}}
                "rules": [
                    { "host": "*.example.com", "http": { "paths": [{{Path}}] } },
                    { "host": "{{Host}}", "http": { "paths": [{{Path}}] } }
                ]
            }
            """);
        Assert.Contains($"url: {scheme}://{Host}\n", await DraftAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_HTTPRoute_leads_to_the_pods_and_its_Gateway_says_whether_by_https()
    {
        await ServiceAsync();
        await WithAsync([ResourceKind.Gateways, ResourceKind.HttpRoutes], async () =>
        {
            await CreateAsync(ResourceKind.HttpRoutes, "another", """
                { "hostnames": ["other.example.com"], "rules": [{ "backendRefs": [{ "name": "other" }] }] }
                """);
            await CreateAsync(ResourceKind.HttpRoutes, "front", $$"""
                {
                    "parentRefs": [{ "name": "entry", "sectionName": "secure" }],
                    "hostnames": ["{{Host}}"],
                    "rules": [{ "backendRefs": [{ "name": "{{Service}}", "port": 80 }] }]
                }
                """);
            Assert.Contains(
                $"# Open: whether {Host} of the HTTPRoute front is served by https: its Gateway may not be read",
                await DraftAsync(),
                StringComparison.Ordinal);

            await CreateAsync(ResourceKind.Gateways, "entry", """
                {
                    "listeners": [
                        { "name": "plain", "protocol": "HTTP", "port": 80 },
                        { "name": "secure", "protocol": "HTTPS", "port": 443, "hostname": "*.example.com" }
                    ]
                }
                """);
            Assert.Contains($"url: https://{Host}\n", await DraftAsync(), StringComparison.Ordinal);

            await MergeAsync(
                ResourceKind.HttpRoutes, "front", """{ "spec": { "parentRefs": [{ "name": "entry", "sectionName": "plain" }] } }""");
            Assert.Contains($"url: http://{Host}\n", await DraftAsync(), StringComparison.Ordinal);

            await MergeAsync(ResourceKind.HttpRoutes, "front", """{ "spec": { "parentRefs": [{ "name": "entry", "port": 443 }] } }""");
            Assert.Contains($"url: https://{Host}\n", await DraftAsync(), StringComparison.Ordinal);

            // The hosts of a route that names none are those of its listeners.
            await MergeAsync(
                ResourceKind.HttpRoutes,
                "front",
                """{ "spec": { "hostnames": null, "parentRefs": [{ "name": "entry", "sectionName": "plain" }] } }""");
            await MergeAsync(ResourceKind.Gateways, "entry", $$"""
                { "spec": { "listeners": [{ "name": "plain", "protocol": "HTTPS", "port": 443, "hostname": "{{Host}}" }] } }
                """);
            Assert.Contains($"url: https://{Host}\n", await DraftAsync(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_Route_leads_to_the_pods()
    {
        await ServiceAsync();
        await WithAsync([ResourceKind.Routes], async () =>
        {
            await CreateAsync(ResourceKind.Routes, "front", $$"""
                {
                    "host": "{{Host}}",
                    "tls": { "termination": "edge" },
                    "to": { "kind": "Service", "name": "other" },
                    "alternateBackends": [{ "kind": "Service", "name": "{{Service}}" }]
                }
                """);
            Assert.Contains($"url: https://{Host}\n", await DraftAsync(), StringComparison.Ordinal);
        });
    }

    private const string Path = $$"""
        { "path": "/", "pathType": "Prefix", "backend": { "service": { "name": "{{Service}}", "port": { "number": 80 } } } }
        """;

    private async Task<string> DraftAsync()
    {
        var request = new DraftRequest(On.Target.Namespace, "drafted", Folder) { SourceFolder = Folder };
        return (await new ConfigurationDrafter(Cluster, request).CreateAsync(Ct)).Text;
    }

    private async Task ServiceAsync()
    {
        var deployment = await Cluster.GetAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct);
        var labels = deployment.At("spec", "template", "metadata", "labels")!.ToJsonString();
        await CreateAsync(
            ResourceKind.Services, Service, $$"""{ "selector": {{labels}}, "ports": [{ "port": 80, "name": "http" }] }""");
    }

    private Task<JsonObject> CreateAsync(ResourceKind kind, string name, string spec) => Cluster.CreateAsync(
        kind,
        On.Target.Namespace,
        new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = JsonNode.Parse(spec),
        },
        dryRun: false,
        Ct);

    // A cluster that has the kinds keeps its own definitions.
    private async Task WithAsync(IReadOnlyList<ResourceKind> kinds, Func<Task> act)
    {
        var made = new List<ResourceKind>();
        try
        {
            foreach (var kind in kinds)
            {
                if (await Cluster.FindAsync(DefinitionManifest.Definitions, null, kind.QualifiedName, Ct) is not null) continue;
                await Cluster.CreateAsync(DefinitionManifest.Definitions, null, new DefinitionManifest(kind), dryRun: false, Ct);
                made.Add(kind);
                if (!await IsServedAsync(kind)) await UntilEstablishedAsync(kind);
            }

            await act();
        }
        finally
        {
            foreach (var kind in made)
                await Cluster.DeleteAsync(DefinitionManifest.Definitions, null, kind.QualifiedName, CancellationToken.None);
        }
    }

    private async Task UntilEstablishedAsync(ResourceKind kind)
    {
        var watch = new WatchRequest(DefinitionManifest.Definitions, null) { FieldSelector = $"metadata.name={kind.QualifiedName}" };
        await foreach (var change in Cluster.WatchAsync(watch, Ct))
        {
            var conditions = change.Object.At("status", "conditions") as JsonArray ?? [];
            if (conditions.Any(one => one.At("type").Text() == "Established" && one.At("status").Text() == "True")) return;
        }
    }

    private async Task<bool> IsServedAsync(ResourceKind kind)
    {
        try
        {
            await Cluster.ListAllAsync(kind, On.Target.Namespace, null, null, Ct);
            return true;
        }
        catch (ApiException e) when (e.StatusCode == 404)
        {
            return false;
        }
    }
}
