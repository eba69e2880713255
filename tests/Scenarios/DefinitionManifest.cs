using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Manifests;

namespace RsolvDeploy.Scenarios;

/// <summary>A CustomResourceDefinition of a kind whose objects may have any field.</summary>
internal sealed record DefinitionManifest(ResourceKind Defined) : Manifest(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", Defined.QualifiedName)
{
    public static readonly ResourceKind Definitions =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);

    protected override void Fill(JsonObject item)
    {
        // Groups of Kubernetes need it.
        item["metadata"]!["annotations"] = new JsonObject { ["api-approved.kubernetes.io"] = "unapproved, for a test" };
        item["spec"] = new JsonObject
        {
            ["group"] = Defined.Group,
            ["scope"] = "Namespaced",
            ["names"] = new JsonObject
            {
                ["plural"] = Defined.Plural,
                ["singular"] = Defined.Kind.ToLowerInvariant(),
                ["kind"] = Defined.Kind,
                ["listKind"] = $"{Defined.Kind}List",
            },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = Defined.Version,
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject
                {
                    ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
                },
            }),
        };
    }
}
