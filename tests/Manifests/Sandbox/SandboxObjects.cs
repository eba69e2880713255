using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Manifests;

/// <summary>Changes objects of a sandbox behind the API, as somebody else would.</summary>
internal static class SandboxObjects
{
    /// <summary>Creates an object, in the platform's namespace if its kind has one.</summary>
    public static void Create(this SandboxServer sandbox, Manifest manifest)
    {
        var kind = KindInfo.All.Single(kind => kind.Kind == manifest.Kind);
        sandbox.Objects.Create(kind, kind.Namespaced ? sandbox.Namespace : null, manifest);
    }

    public static void Change(this SandboxServer sandbox, KindInfo kind, string name, Action<JsonObject> change) =>
        sandbox.Objects.Update(kind, sandbox.Namespace, name, item =>
        {
            change(item);
            return item;
        });

    public static void ChangeDeployment(this SandboxServer sandbox, Action<JsonObject> change) =>
        sandbox.Change(KindInfo.Deployments, SandboxSeed.Deployment, change);

    public static JsonObject Deployment(this SandboxServer sandbox) =>
        sandbox.Objects.Find(KindInfo.Deployments, sandbox.Namespace, SandboxSeed.Deployment)!;

    /// <summary>The image of the platform's Deployment.</summary>
    public static string Image(this SandboxServer sandbox) =>
        (string)sandbox.Deployment()["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!;

    /// <summary>The Lease that locks the platform's Deployment.</summary>
    public static JsonObject Lock(this SandboxServer sandbox) =>
        sandbox.Objects.Find(KindInfo.Leases, sandbox.Namespace, $"rsolv-lock-{SandboxSeed.Deployment}")!;
}
