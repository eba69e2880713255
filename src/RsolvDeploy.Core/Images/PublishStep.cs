using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Images;

/// <summary>
/// Builds, tags and pushes the image, and reads its digest back from the registry; or uses an image that is there already, or promotes
/// the one of another environment.
/// </summary>
internal sealed class PublishStep : IStep<PublishOptions, PublishedImage>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Publish;

    /// <inheritdoc/>
    public string FailureId => "PublishFailed";

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => PublishJson.Default;

    /// <inheritdoc/>
    public PublishedImage WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Publish, reason, context.Clock));

    /// <inheritdoc/>
    public async Task<PublishedImage> RunAsync(StepContext context, PublishOptions options, CancellationToken ct)
    {
        if (options.Image is not null)
        {
            var used = await ImagePublisher.For(context).UseAsync(context.Target, options.Image, context.RunId, ct);
            return context.Target.Promotion.Require is null ? used : await JudgeAsync(context, used, ct);
        }

        if (options.From is { } other) return await PromoteAsync(context, options, other, ct);
        if (context.Target.Promotion.Require is { } required) throw NotBuilt(context.Target, required);
        var recorded = context.Resumed?.Facts(PublishJson.Default.PublishFacts);
        // A resumed publish keeps its timestamp, and with it its tags.
        var dockerfile = options.DockerfileContent is { } text ? new DockerfileText(text) : null;
        var plan = PublishPlanner.Plan(
            SourceOf(context.Target, options), options.Phase, recorded?.Timestamp ?? context.Clock.GetUtcNow(), dockerfile) with
        {
            AllowDirty = options.AllowDirty,
            NoCache = options.NoCache,
        };
        var tags = plan.Tags.Select(tag => tag.Name).ToArray();
        if (!await context.ConfirmAsync($"{plan.Repository}:{string.Join(", ", tags)}", Describe(plan), ct))
            return WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with { Repository = plan.Repository, Tags = tags };

        var facts = new PublishFacts(plan.Repository, plan.Timestamp, tags, plan.Tags[0].Role == ImageTagRole.Timestamp ? tags[0] : null);
        var ledger = context.Journal.Start(facts, PublishJson.Default);
        var run = new PublishRun(context.RunId, context.Reporter, ledger);
        var publisher = ImagePublisher.For(context);
        return context.Resumed?.Probe.Digest is { } pushed
            ? await publisher.ContinueAsync(plan, pushed, run, ct)
            : await publisher.PublishAsync(plan, run, ct);
    }

    private static async Task<PublishedImage> JudgeAsync(StepContext context, PublishedImage used, CancellationToken ct)
    {
        var check = await CheckTable.ImageAttested.EvaluateAsync(
            new CheckScope(context.Clock, ct), () => PromotionGate.For(context).EvaluateAsync(used.Reference!, ct));
        return used with
        {
            Checks = CheckTable.InOrder([.. used.Checks, check]),
            Status = check.FailsStep ? StepStatus.Failed : used.Status,
        };
    }

    private static DeployException NotBuilt(Target target, RequiredAttestation required) => new(
        "AttestationRequired", FaultCategory.SecurityError,
        $"No image is built for {target.Name}: its images need an attestation that was made on {required.Environment} "
            + "(promotion.require).",
        $"Promote the validated image with Publish-RsolvImage {target.Name} -From {required.Environment}.")
    { Subject = target.Name };

    private static async Task<PublishedImage> PromoteAsync(
        StepContext context, PublishOptions options, string other, CancellationToken ct)
    {
        var recorded = context.Resumed?.Facts(PublishJson.Default.PublishFacts);
        var plan = PublishPlanner.PlanPromotion(context.Target, options.Phase, recorded?.Timestamp ?? context.Clock.GetUtcNow());
        var tags = plan.Tags.Select(tag => tag.Name).ToArray();
        var source = await PromotionSource.ReadAsync(context, other, options.UnvalidatedReason, ct);
        if (!await context.ConfirmAsync($"{plan.Repository}:{string.Join(", ", tags)}", $"Promote {source.Describe()}", ct))
        {
            return new PublishStep().WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with
            {
                Repository = plan.Repository,
                Tags = tags,
                PromotedFrom = source.Image,
            };
        }

        var facts = new PublishFacts(plan.Repository, plan.Timestamp, tags, plan.Tags[0].Role == ImageTagRole.Timestamp ? tags[0] : null);
        var ledger = context.Journal.Start(facts, PublishJson.Default);
        var run = new PublishRun(context.RunId, context.Reporter, ledger);
        return await new ImagePromoter(DockerEnvironment.Learning(context.Redactor, context.Clock), context.Clock).PromoteAsync(
            plan, source, options.UnvalidatedReason, run, ct);
    }

    private static string Describe(ImagePlan plan) => plan.DockerfileText is { } text
        ? $"Build {plan.ContextFolder} by {plan.Dockerfile} ({text.Digest}) and push"
        : $"Build {plan.ContextFolder} and push";

    private static Target SourceOf(Target target, PublishOptions options) => options.ContextPath is null || target.Image is null
        ? target
        : target with { Image = target.Image with { Context = options.ContextPath } };
}
