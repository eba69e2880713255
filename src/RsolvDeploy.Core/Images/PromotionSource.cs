using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Images;

/// <summary>The image that is promoted: the one that another environment runs now.</summary>
/// <param name="Target">The environment.</param>
/// <param name="Image">Its image, <c>repository@sha256:…</c>.</param>
/// <param name="Validation">Its validation there; null when there is none.</param>
internal sealed record PromotionSource(Target Target, string Image, ReleaseValidation? Validation)
{
    /// <summary>Reads it.</summary>
    /// <param name="context">The context of the environment that it is promoted to.</param>
    /// <param name="name">The name of the other environment.</param>
    /// <param name="reason">Why an image that was not validated is promoted; null to refuse it.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>PromotionSourceInvalid</c>, <c>ImageNotProven</c>, <c>ImageNotValidated</c>,
    /// <c>AttestationRequired</c>.</exception>
    public static async Task<PromotionSource> ReadAsync(StepContext context, string name, string? reason, CancellationToken ct)
    {
        if (name == context.Target.Name)
        {
            throw new DeployException(
                "PromotionSourceInvalid",
                FaultCategory.InvalidArgument,
                $"{name} cannot be promoted to itself.",
                "Specify another target with -From, such as staging.")
            { Subject = name };
        }

        var target = ConfigurationFile.Load(context.Target.ConfigurationPath).GetTarget(name);
        using var cluster = ClusterClient.Connect(target, context.Reporter, context.Clock);
        cluster.Redactor = context.Redactor;
        var running = await ProvenImage.ReadAsync(
            cluster, target, DockerEnvironment.Learning(context.Redactor, context.Clock), context.Clock, ct);
        var image = running.Require(name);
        var releases = await new ReleaseHistory(cluster, target).ReadAsync(ct);
        var validated = releases.Where(release => release.Validation is not null && ImageDigest.IsSame(release.Image, image)).ToList();
        // What is not signed by a trusted operator proves nothing.
        var proven = validated.Find(release => release.Problem is null)?.Validation;
        if (proven is not null || reason is not null)
            return new PromotionSource(target, image, proven) { Attested = await AttestedAsync(context, image, reason, ct) };
        var why = validated.Count > 0 ? $"has a validation there that is not proven: {validated[0].Problem}" : "was not validated there";
        throw new DeployException(
            "ImageNotValidated",
            FaultCategory.SecurityError,
            $"{image}, which {name} runs, {why.TrimEnd('.')}.",
            $"Run Invoke-RsolvStagingValidation {name} first, or specify why it is promoted all the same with -UnvalidatedReason.")
        { Subject = image };
    }

    /// <summary>The judgement on its attestation; null when none is required.</summary>
    public CheckOutcome? Attested { get; init; }

    private static async Task<CheckOutcome?> AttestedAsync(StepContext context, string image, string? reason, CancellationToken ct)
    {
        if (context.Target.Promotion.Require is null) return null;
        var outcome = await PromotionGate.For(context).EvaluateAsync(image, ct);
        return outcome.Result != CheckResult.NotMet ? outcome
            : reason is null ? throw PromotionGate.Refused(image, outcome)
            : CheckOutcome.Warning($"{outcome.Evidence}; promoted for a reason: {reason}", outcome.Remedy);
    }

    /// <summary>Where it is from, for people.</summary>
    public string Describe() => Validation is { } known
        ? string.Create(CultureInfo.InvariantCulture,
            $"{Image} from {Target.Name}, validated by {known.By} on {known.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC ({known.Url})")
        : $"{Image} from {Target.Name}, not validated";
}
