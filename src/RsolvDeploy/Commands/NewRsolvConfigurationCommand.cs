using System.Management.Automation;
using System.Text;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Completion;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Setup;

namespace RsolvDeploy.Commands;

/// <summary>Writes a commented rsolv.yaml from what the cluster and the repository show.</summary>
/// <remarks>
/// The command reads the workload with its containers, image and probes, the Secrets and keys that its pods read, its Services, the host
/// of its Ingress, HTTPRoute (Gateway API) or Route (OpenShift), its HorizontalPodAutoscaler, the services of Prometheus and Grafana with
/// scrape job and alert rules, and the Dockerfile and kustomize overlay of the repository. What it cannot see stands in the file as a
/// comment that begins with "Open:". No secret value is written. An existing file is kept unless -Force is specified.
/// </remarks>
/// <example>
/// <code>New-RsolvConfiguration -Context production -Namespace shop -Deployment web | Test-RsolvEnvironment</code>
/// <para>Writes ./rsolv.yaml and verifies that a deployment can succeed.</para>
/// </example>
/// <example>
/// <code>(New-RsolvConfiguration -Namespace shop -Name staging -Path ./staging.yaml).Open</code>
/// <para>Writes a file for the only Deployment of the namespace, or else its only StatefulSet or DaemonSet, and lists what could not be
/// seen.</para>
/// </example>
[Cmdlet(
    VerbsCommon.New, "RsolvConfiguration", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(ConfigurationDraft))]
public sealed class NewRsolvConfigurationCommand : RsolvCmdlet
{
    private string? _path;
    private string? _kubeconfig;
    private string? _sourcePath;

    /// <summary>Specifies the Kubernetes namespace. The default is the one of the kubeconfig context.</summary>
    [Parameter(Position = 0)]
    [ValidatePattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    public string Namespace { get; set; } = "";

    /// <summary>Specifies the Deployment, StatefulSet or DaemonSet. The default is the only Deployment of the namespace, or else its only
    /// workload.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Deployment { get; set; }

    /// <summary>Specifies the kubeconfig context. The default is the current one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ContextCompleter))]
    public string? Context { get; set; }

    /// <summary>Specifies the kubeconfig file. The default is the one of kubectl.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Kubeconfig { get; set; }

    /// <summary>Specifies the name of the target in the configuration. The default is production.</summary>
    [Parameter]
    [ValidatePattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    public string Name { get; set; } = "production";

    /// <summary>Specifies the file to write. The default is rsolv.yaml in the current folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = ConfigurationFile.FileName;

    /// <summary>Specifies the repository of the source code. The default is the folder of the file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SourcePath { get; set; }

    /// <summary>Indicates that an existing file is replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        _path = FullPath(Path);
        _kubeconfig = FullPath(Kubeconfig);
        _sourcePath = FullPath(SourcePath);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var path = _path!;
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            throw Unwritable("PathNotFound", $"There is no folder '{folder}'.", "Create it, or specify another -Path.");
        if (File.Exists(path) && !Force)
            throw Unwritable("ConfigurationExists", $"'{path}' exists.", "Specify -Force to replace it, or another -Path.");

        var target = new Target
        {
            Name = Name,
            ConfigurationPath = path,
            Kubeconfig = _kubeconfig,
            Context = Context,
            Namespace = Namespace,
            Deployment = Deployment ?? "",
            Environment = Name,
        };
        using var cluster = Connect(target);
        var request = new DraftRequest(NamespaceOf(cluster), Name, folder)
        {
            Kubeconfig = target.Kubeconfig,
            Context = Context,
            Deployment = Deployment,
            SourceFolder = _sourcePath ?? folder,
        };
        var (text, draft) = await new ConfigurationDrafter(cluster, request).CreateAsync(cancellationToken);
        // What was made has to be readable by the rules of the configuration, or it is not written.
        ConfigurationFile.Parse(text, path, Environment.GetEnvironmentVariable, folder);
        if (!await ConfirmAsync(path, $"Write a configuration for {request.Namespace} in {cluster.ContextName}", cancellationToken)) return;
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(false), cancellationToken);
        await EmitAsync(new ConfigurationDraft(path, Name) { Found = draft.Found, Open = draft.Open }, cancellationToken);
    }

    private string NamespaceOf(ClusterClient cluster) => (Namespace.Length > 0 ? Namespace : cluster.ContextNamespace)
        ?? throw new DeployException(
            "NamespaceNotSpecified",
            FaultCategory.InvalidArgument,
            $"No namespace is specified, and the kubeconfig context '{cluster.ContextName}' names none.",
            "Specify one with -Namespace.")
        { Subject = cluster.ContextName };

    private DeployException Unwritable(string id, string message, string remedy) =>
        new(id, FaultCategory.WriteError, message, remedy) { Subject = Path };
}
