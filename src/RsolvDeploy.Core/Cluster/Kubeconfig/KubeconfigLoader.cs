using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>
/// Finds how to reach a context, by kubectl's rules: an explicit file alone, else the files of <c>KUBECONFIG</c> merged (an earlier
/// file wins), else the user's own file, else the account of the pod this runs in. The files may be YAML or JSON.
/// </summary>
internal static class KubeconfigLoader
{
    public static ClusterConnection Load(string? explicitPath, string? contextName, KubeconfigEnvironment environment, IReporter reporter)
    {
        var files = Files(explicitPath, environment);
        if (files.Count == 0 && contextName is null && InClusterAccount.Find(environment) is { } account) return account;
        if (files.Count == 0)
        {
            throw new DeployException("KubeconfigNotFound", FaultCategory.ObjectNotFound,
                $"There is no kubeconfig: looked for {string.Join(", ", Places(explicitPath, environment))}.",
                "Name one with 'kubeconfig' in the target or with KUBECONFIG, or put it at ~/.kube/config.")
            { Subject = explicitPath };
        }

        foreach (var file in files) WarnIfOthersRead(file.Path, reporter);
        var name = contextName ?? files.Select(file => file.CurrentContext).FirstOrDefault(current => current is not null)
            ?? throw Missing(files, "The kubeconfig has no current context.", null);
        var context = Find(files, "contexts", "context", name)
            ?? throw Missing(files, $"The kubeconfig has no context '{name}'.", name);
        return Connect(name, context, files, environment, reporter);
    }

    /// <summary>The names of the contexts, in the order of the files.</summary>
    /// <exception cref="DeployException"><c>KubeconfigInvalid</c>.</exception>
    public static IReadOnlyList<string> Contexts(string? explicitPath, KubeconfigEnvironment environment) =>
        Names(Files(explicitPath, environment));

    private static List<string> Names(IReadOnlyList<KubeconfigFile> files) =>
        [.. files.SelectMany(file => file.Names("contexts")).Distinct()];

    private static ClusterConnection Connect(
        string name, KubeconfigEntry context, IReadOnlyList<KubeconfigFile> files, KubeconfigEnvironment environment, IReporter reporter)
    {
        var clusterName = context.Text("cluster")
            ?? throw KubeconfigFile.Invalid(context.File.Path, $"The {context.What} names no cluster.", null);
        var cluster = Find(files, "clusters", "cluster", clusterName)
            ?? throw KubeconfigFile.Invalid(
                context.File.Path, $"The {context.What} names cluster '{clusterName}', which is not there.", null);
        var user = context.Text("user") is not { } userName ? null : Find(files, "users", "user", userName)
            ?? throw KubeconfigFile.Invalid(context.File.Path, $"The {context.What} names user '{userName}', which is not there.", null);
        var authorities = Authorities(cluster);
        var skip = Skip(cluster, authorities, reporter);
        var server = ServerAddress.From(cluster);
        // As kubectl: nothing that proves who we are is sent over a connection that anybody can read.
        var sent = server.Scheme == Uri.UriSchemeHttps ? user : null;
        return new ClusterConnection
        {
            Server = server,
            ContextName = name,
            Namespace = context.Text("namespace"),
            Authorities = authorities,
            TlsServerName = cluster.Text("tls-server-name"),
            SkipTlsVerify = skip,
            Proxy = ServerAddress.Proxy(cluster) ?? EnvironmentProxy.Find(server, environment.Variable),
            // To this machine itself compression saves nothing, and costs more than a list. A user behind a slow tunnel sets "false".
            DisableCompression = cluster.Json("disable-compression") is null ? server.IsLoopback : cluster.Flag("disable-compression"),
            Credentials = sent is null ? new FixedCredential(Credential.None) : UserCredentials.From(sent, cluster, environment.Time),
            Secrets = sent is null ? [] : [.. UserCredentials.SecretsOf(sent)],
            Impersonation = user is null ? [] : ImpersonationHeaders.From(user),
        };
    }

    private static bool Skip(KubeconfigEntry cluster, X509Certificate2Collection? authorities, IReporter reporter)
    {
        if (!cluster.Flag("insecure-skip-tls-verify")) return false;
        if (authorities is not null)
        {
            throw KubeconfigFile.Invalid(
                cluster.File.Path,
                $"The {cluster.What} has a certificate-authority and insecure-skip-tls-verify; remove one of them.",
                null);
        }

        reporter.Warning(
            $"The certificate of {cluster.What} is not verified (insecure-skip-tls-verify in '{cluster.File.Path}'): "
                + "anybody on the way can read and change what is sent.");
        return true;
    }

    // In kubectl's merge the first file that has a name wins for that name as a whole.
    private static KubeconfigEntry? Find(IEnumerable<KubeconfigFile> files, string list, string member, string name) =>
        files.Select(file => file.Find(list, member, name)).FirstOrDefault(entry => entry is not null);

    private static IReadOnlyList<KubeconfigFile> Files(string? explicitPath, KubeconfigEnvironment environment) =>
        [.. Places(explicitPath, environment).Where(Path.Exists).Select(KubeconfigFile.Read)];

    private static IEnumerable<string> Places(string? explicitPath, KubeconfigEnvironment environment)
    {
        if (explicitPath is not null) return [explicitPath];
        return environment.Variable("KUBECONFIG") is { Length: > 0 } listed
            ? listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Distinct().Select(Path.GetFullPath)
            : [Path.Combine(environment.Home, ".kube", "config")];
    }

    private static X509Certificate2Collection? Authorities(KubeconfigEntry cluster)
    {
        if (cluster.Pem("certificate-authority") is not { } pem) return null;
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw KubeconfigFile.Invalid(cluster.File.Path, $"The certificate-authority of {cluster.What} is no PEM certificate.", e);
        }

        return authorities.Count > 0
            ? authorities
            : throw KubeconfigFile.Invalid(cluster.File.Path, $"The certificate-authority of {cluster.What} holds no certificate.", null);
    }

    private static void WarnIfOthersRead(string path, IReporter reporter)
    {
        if (OperatingSystem.IsWindows()) return;
        if ((File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None)
        {
            reporter.Warning($"The kubeconfig '{path}' is readable for others on this machine; 'chmod 600' makes it yours alone.");
        }
    }

    private static DeployException Missing(IReadOnlyList<KubeconfigFile> files, string what, string? name)
    {
        var known = Names(files);
        var where = new StringBuilder().AppendJoin("', '", files.Select(file => file.Path));
        return new DeployException("ContextNotFound", FaultCategory.ObjectNotFound,
            $"{what} Looked in '{where}'; {(known.Count == 0 ? "it has no context at all" : $"there are: {string.Join(", ", known)}")}.",
            "Correct 'context' of the target, or add the context to the kubeconfig.")
        { Subject = name };
    }
}
