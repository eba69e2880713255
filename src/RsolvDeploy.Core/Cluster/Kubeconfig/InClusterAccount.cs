using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>The account of the pod that this runs in (Kubernetes, "Accessing the Kubernetes API from a Pod").</summary>
internal static class InClusterAccount
{
    public static ClusterConnection? Find(KubeconfigEnvironment environment)
    {
        var host = environment.Variable("KUBERNETES_SERVICE_HOST");
        var port = environment.Variable("KUBERNETES_SERVICE_PORT");
        var token = Path.Combine(environment.ServiceAccount, "token");
        var authority = Path.Combine(environment.ServiceAccount, "ca.crt");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port) || !File.Exists(token) || !File.Exists(authority)) return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authority);
        var place = Path.Combine(environment.ServiceAccount, "namespace");
        var server = new Uri($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}/");
        return new ClusterConnection
        {
            Server = server,
            Proxy = EnvironmentProxy.Find(server, environment.Variable),
            ContextName = "in-cluster",
            Namespace = File.Exists(place) ? File.ReadAllText(place).Trim() : null,
            Authorities = authorities,
            Credentials = new TokenFile(token, Credential.None),
        };
    }
}
