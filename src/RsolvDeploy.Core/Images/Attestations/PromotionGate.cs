using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Configuration;
using RsolvDeploy.Configuration.Values;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Signing;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Images.Attestations;

/// <summary>Judges whether an image has the attestation that <c>promotion.require</c> demands.</summary>
/// <param name="target">The environment that the image is for.</param>
/// <param name="environment">The logins of the registry.</param>
/// <param name="clock">The clock.</param>
internal sealed class PromotionGate(Target target, DockerEnvironment environment, TimeProvider clock)
{
    private const int MostShown = 5;

    // Clocks of two machines differ a little.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>The keys whose attestations count for a target.</summary>
    /// <exception cref="DeployException"><c>SignerInvalid</c>.</exception>
    public static IReadOnlyList<PublicKey> KeysOf(Target target) => target.Promotion.Require is { Signers.Count: > 0 } required
        ? [.. required.Signers.SelectMany(PublicKey.LoadAll)]
        : [.. TrustedSigners.ForUser(target.Signers).All.Select(PublicKey.From)];

    /// <summary>Refuses an image without the attestation.</summary>
    /// <param name="context">The context of the step.</param>
    /// <param name="image">The image, <c>repository@sha256:…</c>.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>AttestationRequired</c>, or an error of the registry.</exception>
    public static async Task RequireAsync(StepContext context, string image, CancellationToken ct)
    {
        var outcome = await For(context).EvaluateAsync(image, ct);
        if (outcome.Result == CheckResult.NotMet) throw Refused(image, outcome);
    }

    /// <summary>The gate of a step's target.</summary>
    public static PromotionGate For(StepContext context) =>
        new(context.Target, DockerEnvironment.Learning(context.Redactor, context.Clock), context.Clock);

    /// <summary>Judges an image.</summary>
    /// <param name="image">The image, <c>repository@sha256:…</c>.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>SignerInvalid</c>, or an error of the registry.</exception>
    public async Task<CheckOutcome> EvaluateAsync(string image, CancellationToken ct)
    {
        if (target.Promotion.Require is not { } required) return CheckOutcome.Skipped("not configured: 'promotion.require'");
        var reference = ImageReference.Parse(image);
        var keys = KeysOf(target);
        using var reader = new AttestationReader(reference, environment, keys);
        var found = (await reader.ReadSignedAsync(ct)).Where(one => one.PredicateType is "" or PredicateTypes.Verification).ToList();
        var judged = found.Select(one => (One: one, Problem: FindProblem(required, one))).ToList();
        if (judged.FindLast(one => one.Problem is null).One is { } accepted)
        {
            return CheckOutcome.Met(string.Create(CultureInfo.InvariantCulture,
                $"{image} was {accepted.Summary} on {accepted.At!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC (run {accepted.RunId}, "
                    + $"{accepted.Checks} checks), signed by {keys.First(key => key.Id == accepted.Signer)}"));
        }

        var problems = judged.Count == 0
            ? "it has none"
            : string.Join("; ", judged.TakeLast(MostShown).Select(one => $"{one.One.Reference.Split('@')[^1][..19]}… {one.Problem}"));
        return CheckOutcome.NotMet(
            $"{image} has no attestation that was made on {required.Environment}: {problems}",
            $"Validate the image on {required.Environment} with 'promotion.attest', then promote it with Publish-RsolvImage -From "
                + $"{required.Environment}.");
    }

    /// <summary>The error for an image that is refused.</summary>
    public static DeployException Refused(string subject, CheckOutcome outcome) =>
        new("AttestationRequired", FaultCategory.SecurityError, $"{outcome.Evidence.TrimEnd('.')}.", outcome.Remedy!) { Subject = subject };

    // The first reason why an attestation does not count.
    private string? FindProblem(RequiredAttestation required, Attestation one)
    {
        if (one.Problem is { } problem) return problem;
        if (one.Environment != required.Environment) return $"is of {one.Environment}";
        if (one.Result != "PASSED") return $"has the result {one.Result}";
        if (one.At is not { } at) return "names no time";
        var age = clock.GetUtcNow() - at;
        if (age < -Skew) return "is of the future";
        if (required.MaxAge is { } longest && age > longest)
        {
            var shown = Duration.Format(TimeSpan.FromMinutes(Math.Ceiling(age.TotalMinutes)));
            return $"is {shown} old, and may be {Duration.Format(longest)} old";
        }

        return OtherPlace(required, one);
    }

    // Another configuration may call another deployment by the same name.
    private string? OtherPlace(RequiredAttestation required, Attestation one)
    {
        var targets = ConfigurationFile.Load(target.ConfigurationPath);
        if (!targets.TargetNames.Contains(required.Environment)) return null;
        var known = targets.GetTarget(required.Environment);
        var there = $"{known.Namespace}/{known.Deployment}";
        var verified = $"{one.Verified?.Namespace}/{one.Verified?.Deployment}";
        return verified == there ? null : $"is of {verified}, and {required.Environment} is {there}";
    }
}
