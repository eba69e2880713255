namespace RsolvDeploy;

/// <summary>Which deployment a result belongs to. It does not contain the configuration.</summary>
/// <param name="Name">The name of the target in the configuration.</param>
/// <param name="Namespace">The Kubernetes namespace.</param>
/// <param name="Deployment">The name of the Deployment.</param>
/// <param name="ConfigurationPath">The configuration file that the target was read from, as a full path.</param>
public sealed record TargetIdentity(string Name, string Namespace, string Deployment, string ConfigurationPath)
{
    /// <summary>The kubeconfig context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The target with its configuration; null for a result that was read from JSON or from another process.</summary>
    internal Target? Settings { get; init; }

    /// <summary>The identity of a target.</summary>
    /// <param name="target">The target.</param>
    public static implicit operator TargetIdentity(Target target) => From(target);

    /// <summary>The identity of a target.</summary>
    /// <param name="target">The target.</param>
    public static TargetIdentity From(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new TargetIdentity(target.Name, target.Namespace, target.Deployment, target.ConfigurationPath)
        {
            Context = target.Context,
            Settings = target,
        };
    }

    /// <summary>The name of the target.</summary>
    public override string ToString() => Name;
}
