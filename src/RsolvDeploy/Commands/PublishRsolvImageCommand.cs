using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;
using RsolvDeploy.Binding;
using RsolvDeploy.Checks;
using RsolvDeploy.Completion;
using RsolvDeploy.Images;
using RsolvDeploy.Json;
using RsolvDeploy.Pipeline;

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
public sealed class PublishRsolvImageCommand : RsolvCmdlet
{
    /// <summary>What to publish for: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference Target { get; set; } = null!;

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

    /// <summary>The configuration file; found upward from the current folder when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    private protected override TargetReference? Input => Target;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = TargetSource.Resolve(Target, FullPath(ConfigurationPath), CurrentFolder);
        var runId = RunIdOf(Target);
        if (PipelineGate.BlockedBy(Target.Step) is { } obstacle)
        {
            await EmitAsync(new PublishedImage(target, runId, StepStatus.Skipped, StepChecks.Publish.Skipped(obstacle)), cancellationToken);
            return;
        }

        if (Image is not null)
        {
            await EmitStepAsync(
                async () => new StepOutcome<PublishedImage>(await new ImagePublisher().UseAsync(target, Image, runId, cancellationToken), null),
                () => new PublishedImage(target, runId, StepStatus.Failed, StepChecks.Publish.Skipped("the image could not be used; see the error")),
                "PublishFailed",
                cancellationToken);
            return;
        }

        var source = ContextPath is null || target.Image is null ? target : target with { Image = target.Image with { Context = FullPath(ContextPath)! } };
        var plan = ImagePublisher.Plan(source, Phase, Began(runId) ?? DateTimeOffset.UtcNow) with { AllowDirty = AllowDirty, NoCache = NoCache };
        if (!await ConfirmAsync($"{plan.Repository}:{string.Join(", ", plan.Tags.Select(tag => tag.Name))}", $"Build {plan.ContextFolder} and push", cancellationToken))
        {
            await EmitAsync(
                new PublishedImage(target, runId, StepStatus.Planned, StepChecks.Publish.Skipped(NotConfirmed)) { Repository = plan.Repository, Tags = [.. plan.Tags.Select(tag => tag.Name)] },
                cancellationToken);
            return;
        }

        await EmitStepAsync(
            () => PublishAsync(plan, runId, cancellationToken),
            () => new PublishedImage(target, runId, StepStatus.Failed, StepChecks.Publish.Skipped("the image could not be published; see the error")),
            "PublishFailed",
            cancellationToken);
    }

    // A publish that is taken up keeps its one instant, and so its tags.
    private DateTimeOffset? Began(string runId) =>
        DateTimeOffset.TryParse(Record.Uncertain(runId)?.Step.Facts?["instant"].Text(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var instant) ? instant : null;

    private async Task<StepOutcome<PublishedImage>> PublishAsync(ImagePlan plan, string runId, CancellationToken cancellationToken)
    {
        try
        {
            var pushed = Record.Uncertain(runId)?.Probe.Digest;
            var ledger = Record.Begin(plan.Target, runId, new JsonObject
            {
                ["repository"] = plan.Repository,
                ["instant"] = plan.Instant.ToString("O", CultureInfo.InvariantCulture),
                ["tags"] = new JsonArray([.. plan.Tags.Select(tag => (JsonNode)tag.Name)]),
                ["proof"] = plan.Tags[0].Role == ImageTagRole.Timestamp ? plan.Tags[0].Name : null,
            });
            var image = pushed is null
                ? await new ImagePublisher().PublishAsync(plan, runId, Reporter, cancellationToken, ledger)
                : await new ImagePublisher().CompleteAsync(plan, pushed, runId, Reporter, ledger, cancellationToken);
            return new StepOutcome<PublishedImage>(image, null);
        }
        catch (PublishException e)
        {
            return new StepOutcome<PublishedImage>(e.Result, e);
        }
    }
}
