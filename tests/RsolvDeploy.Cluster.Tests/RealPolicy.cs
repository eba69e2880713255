using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster.Tests;

/// <summary>A policy of a real cluster that refuses pods with an image in one namespace; it has the namespace's name.</summary>
internal static class RealPolicy
{
    public static readonly ResourceKind Policies = new(
        "admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", Namespaced: false);

    public static readonly ResourceKind Bindings = new(
        "admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", Namespaced: false);

    public static JsonObject Policy(string ns, string image) => (JsonObject)JsonNode.Parse($$"""
        { "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": { "name": "{{ns}}" },
          "spec": { "failurePolicy": "Fail",
            "matchConstraints": { "resourceRules": [{ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"] }] },
            "validations": [{ "expression": "object.spec.containers.all(c, c.image != '{{image}}')", "message": "this image is forbidden" }] } }
        """)!;

    public static JsonObject Binding(string ns) => (JsonObject)JsonNode.Parse($$"""
        { "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": { "name": "{{ns}}" },
          "spec": { "policyName": "{{ns}}", "validationActions": ["Deny"],
            "matchResources": { "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "{{ns}}" } } } } }
        """)!;
}
