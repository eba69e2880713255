using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Builds an image, tags it, pushes it and reads its digest back from the registry.</summary>
/// <remarks>
/// BuildKit builds the image through the Docker Engine and respects .dockerignore; the classic builder is used when DOCKER_BUILDKIT is
/// 0. docker buildx builds it when the configuration specifies several platforms, build secrets, a registry cache or attestations. All
/// tags share one timestamp, and the layers are pushed once. After the push the digest of every tag is read back from the registry; the
/// following steps deploy this digest. Credentials come from the Docker configuration. An image that is built in a Git work tree has
/// its commit in OCI labels; uncommitted files are rejected unless -AllowDirty is specified.
/// </remarks>
/// <example>
/// <code>Publish-RsolvImage production -Phase rfc060-phase5</code>
/// <para>Builds, tags and pushes the release of this phase.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production -DockerfileContent ((Get-Content ./Dockerfile.in) -replace '@BASE@', $base)</code>
/// <para>Builds by a Dockerfile that a script made; no file is written.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production -Image production-latest | Update-RsolvDeployment</code>
/// <para>Deploys the image that the registry has under this tag, without a build.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production -From staging -Phase rfc060-phase5 | Update-RsolvDeployment</code>
/// <para>Promotes the image that was validated on staging, by its digest, and deploys it.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production -Phase rfc060-phase5 -WhatIf</code>
/// <para>Shows the tags that would be pushed and the folder that would be built, and changes nothing.</para>
/// </example>
[Cmdlet(
    VerbsData.Publish, "RsolvImage", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = BuildSet)]
[OutputType(typeof(PublishedImage))]
public sealed class PublishRsolvImageCommand : StepCmdlet
{
    private const string BuildSet = "Build";
    private const string ImageSet = "Image";
    private const string FromSet = "From";
    private string? _contextPath;

    /// <summary>Specifies the name of the release that the tags contain, for example <c>rfc060-phase5</c>.</summary>
    [Parameter(Position = 1, ParameterSetName = BuildSet)]
    [Parameter(Position = 1, ParameterSetName = FromSet)]
    [ValidatePattern("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$")]
    public string? Phase { get; set; }

    /// <summary>Specifies the build context. The default is the one in the configuration.</summary>
    [Parameter(ParameterSetName = BuildSet)]
    [ValidateNotNullOrEmpty]
    public string? ContextPath { get; set; }

    /// <summary>
    /// Specifies the Dockerfile as a text or as lines, instead of a file: what <c>docker build --file -</c> reads from its standard input.
    /// The evidence of the build holds its SHA-256.
    /// </summary>
    [Parameter(ParameterSetName = BuildSet)]
    [ValidateNotNullOrEmpty]
    [AllowEmptyString]
    public string[]? DockerfileContent { get; set; }

    /// <summary>Specifies an image in the registry to use instead of a build: a tag, a digest or a complete reference.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ImageSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageCompleter))]
    public string? Image { get; set; }

    /// <summary>
    /// Specifies the target whose image is promoted: the digest that it runs now, and that was validated there, gets the tags of this
    /// target. Nothing is built.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = FromSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string? From { get; set; }

    /// <summary>Specifies why an image is promoted that was not validated, or not attested as promotion.require demands. By
    /// default it is refused.</summary>
    [Parameter(ParameterSetName = FromSet)]
    [ValidateNotNullOrEmpty]
    public string? UnvalidatedReason { get; set; }

    /// <summary>Indicates that uncommitted files in the build context are allowed. The result and the labels of the image record
    /// them.</summary>
    [Parameter(ParameterSetName = BuildSet)]
    public SwitchParameter AllowDirty { get; set; }

    /// <summary>Indicates that the build uses no cache.</summary>
    [Parameter(ParameterSetName = BuildSet)]
    public SwitchParameter NoCache { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        base.ResolvePaths();
        _contextPath = FullPath(ContextPath);
    }

    private protected override StepInvocation Invocation => StepInvocation.Create(new PublishStep(), new PublishOptions
    {
        Phase = Phase,
        ContextPath = _contextPath,
        DockerfileContent = DockerfileText.FromLines(DockerfileContent)?.Content,
        Image = Image,
        From = From,
        UnvalidatedReason = UnvalidatedReason,
        AllowDirty = AllowDirty,
        NoCache = NoCache,
    });
}
