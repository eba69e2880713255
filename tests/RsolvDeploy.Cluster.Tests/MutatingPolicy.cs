using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Cluster.Tests;

/// <summary>An admission policy of one namespace that names the registry of the images of Deployments by a mirror.</summary>
/// <param name="target">The namespace.</param>
/// <param name="registry">The registry.</param>
/// <param name="mirror">The mirror.</param>
internal sealed class MutatingPolicy(Target target, string registry, string mirror)
{
    private const string Group = "admissionregistration.k8s.io";
    private static readonly ResourceKind Policies =
        new(Group, "v1", "mutatingadmissionpolicies", "MutatingAdmissionPolicy", Namespaced: false);
    private static readonly ResourceKind Bindings =
        new(Group, "v1", "mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding", Namespaced: false);

    /// <summary>Creates it, and waits until the API server applies it.</summary>
    public async Task CreateAsync(CancellationToken ct)
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        try
        {
            await cluster.CreateAsync(Policies, null, Policy(), dryRun: false, ct);
        }
        catch (DeployException e) when (e.Id == "NotFound")
        {
            Assert.Skip("The cluster has no MutatingAdmissionPolicy, which this test needs.");
        }

        await cluster.CreateAsync(Bindings, null, Object(Bindings, new JsonObject { ["policyName"] = Name }), dryRun: false, ct);
        JsonObject probe = new DeploymentManifest("probe", $"{registry}/probe");
        while (true)
        {
            var tried = await cluster.CreateAsync(ResourceKind.Deployments, target.Namespace, probe, dryRun: true, ct);
            if (tried["spec"]!.ToJsonString().Contains(mirror, StringComparison.Ordinal)) return;
        }
    }

    /// <summary>Deletes it.</summary>
    public async Task DeleteAsync()
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        foreach (var kind in new[] { Bindings, Policies })
        {
            if (await cluster.FindAsync(kind, null, Name, CancellationToken.None) is not null)
                await cluster.DeleteAsync(kind, null, Name, CancellationToken.None);
        }
    }

    private string Name => $"{target.Namespace}-mirror";

    private JsonObject Policy() => Object(Policies, (JsonObject)JsonNode.Parse($$"""
        {
          "matchConstraints": {
            "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "{{target.Namespace}}" } },
            "resourceRules": [
              { "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["deployments"] }
            ]
          },
          "reinvocationPolicy": "Never",
          "mutations": [{
            "patchType": "JSONPatch",
            "jsonPatch": { "expression": "[JSONPatch{op: 'replace', path: '/spec/template/spec/containers/0/image', value: object.spec.template.spec.containers[0].image.replace('{{registry}}/', '{{mirror}}/')}]" }
          }]
        }
        """)!);

    private JsonObject Object(ResourceKind kind, JsonObject spec) => new()
    {
        ["apiVersion"] = kind.ApiVersion,
        ["kind"] = kind.Kind,
        ["metadata"] = new JsonObject { ["name"] = Name },
        ["spec"] = spec,
    };
}
