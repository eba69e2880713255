using System.Management.Automation;
using RsolvDeploy.Images;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Builds the image, tags it with one timestamp, pushes it, and verifies its digest in the registry.</summary>
/// <remarks>
/// The Docker Engine builds the image with BuildKit (with the classic builder when DOCKER_BUILDKIT is 0) and the context's .dockerignore; docker
/// buildx builds it when the configuration requires several platforms, build secrets, a cache in a registry or attestations. The layers are sent once
/// for all tags, and all tags have one timestamp. After the push the digest of every tag is read from the registry; later steps deploy this digest.
/// Credentials come from the docker configuration. An image that is built in a git work tree has its commit in OCI labels; uncommitted files are
/// refused unless -AllowDirty is specified.
/// </remarks>
/// <example>
/// <code>Publish-RsolvImage production -Phase rfc060-phase5</code>
/// <para>Builds, tags and pushes the release of this phase.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production -Image production-latest | Update-RsolvDeployment</code>
/// <para>Deploys the image that the registry serves under this tag now, without building it.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production -Phase rfc060-phase5 -WhatIf</code>
/// <para>Shows which tags would be pushed from which folder, and does nothing.</para>
/// </example>
[Cmdlet(VerbsData.Publish, "RsolvImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PublishedImage))]
public sealed class PublishRsolvImageCommand : StepCmdlet
{
    /// <summary>The name of this release in its tags, for example <c>rfc060-phase5</c>.</summary>
    [Parameter(Position = 1)]
    [ValidatePattern("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$")]
    public string? Phase { get; set; }

    /// <summary>The build context; the configured one when not specified.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ContextPath { get; set; }

    /// <summary>An image in the registry to use instead of building one: a tag, a digest, or a full reference.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Builds uncommitted files of the build context too; the result and the image's labels record it.</summary>
    [Parameter]
    public SwitchParameter AllowDirty { get; set; }

    /// <summary>Runs every build step again.</summary>
    [Parameter]
    public SwitchParameter NoCache { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(new PublishStep(), new PublishOptions
    {
        Phase = Phase,
        ContextPath = FullPath(ContextPath),
        Image = Image,
        AllowDirty = AllowDirty,
        NoCache = NoCache,
    });
}
