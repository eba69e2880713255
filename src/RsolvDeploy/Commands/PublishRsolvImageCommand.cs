using System.Management.Automation;
using RsolvDeploy.Images;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Builds the image, tags it from one instant, pushes it and reads its digest back from the registry.</summary>
/// <remarks>
/// The image is built by BuildKit through the Docker Engine (the classic builder when DOCKER_BUILDKIT is 0), with the context's .dockerignore; by docker buildx
/// when the configuration asks for several platforms, build secrets, cache in a registry or attestations. The layers are sent once for all tags. All tags come from one instant. After the push
/// the digest of every tag is read back from the registry; what is deployed afterwards is this digest. Credentials come from the docker configuration.
/// An image of a git work tree carries its commit in OCI labels; files that are in no commit are refused unless -AllowDirty says otherwise.
/// </remarks>
/// <example>
/// <code>Publish-RsolvImage production -Phase rfc060-phase5</code>
/// <para>Builds, tags and pushes the release of this phase.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production -Image production-latest | Update-RsolvDeployment</code>
/// <para>Deploys what the registry serves under this tag now, without building it.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production -Phase rfc060-phase5 -WhatIf</code>
/// <para>Shows which tags would be pushed from which folder, and does nothing.</para>
/// </example>
[Cmdlet(VerbsData.Publish, "RsolvImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PublishedImage))]
public sealed class PublishRsolvImageCommand : StepCmdlet
{
    /// <summary>What this release is called in its tags, for example <c>rfc060-phase5</c>.</summary>
    [Parameter(Position = 1)]
    [ValidatePattern("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$")]
    public string? Phase { get; set; }

    /// <summary>The build context, when it is another than the configured one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ContextPath { get; set; }

    /// <summary>An image that is in the registry already, to use instead of building one: a tag, a digest, or a whole reference.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Builds although files of the build context are in no commit; it is recorded in the result and in the image's labels.</summary>
    [Parameter]
    public SwitchParameter AllowDirty { get; set; }

    /// <summary>Runs every step of the build anew.</summary>
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
