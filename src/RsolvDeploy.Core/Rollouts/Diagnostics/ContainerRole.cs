namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>What a container is to its pod.</summary>
internal enum ContainerRole
{
    /// <summary>One of the pod's containers.</summary>
    Container,

    /// <summary>A container that has to complete before the others start.</summary>
    Init,

    /// <summary>An init container with <c>restartPolicy: Always</c>, which runs beside the others.</summary>
    Sidecar,
}
