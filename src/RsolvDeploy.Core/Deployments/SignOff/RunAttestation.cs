using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>Attests in the registry that the image of a run was deployed, verified and signed off. It is repeatable.</summary>
/// <param name="context">The context of the step.</param>
internal sealed class RunAttestation(StepContext context)
{
    /// <summary>Attests it when the target asks for it and the run succeeded. What fails is a warning.</summary>
    /// <param name="completed">The sign-off.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The attestation; null when nothing was attested.</returns>
    public async Task<string?> RunAsync(RunCompleted completed, CancellationToken ct)
    {
        if (!context.Target.Promotion.Attest || completed.Outcome != DeploymentOutcome.Succeeded) return null;
        try
        {
            var run = RecordedRun.Unverified(new RunFolder(context.RunId));
            var image = run.Steps
                .LastOrDefault(step => step is { Kind: StepKind.Update, Result.Status: StepStatus.Succeeded })?.Result?.Image;
            if (image is null || ImageReference.Parse(image).Digest is null)
            {
                context.Reporter.Verbose("Nothing is attested: the run deployed no image by digest.");
                return null;
            }

            return await new Attester(context).AttestAsync(
                new AttestedVerification(image, context.Target, AttestedVerification.Deployment, completed.At)
                {
                    RunId = context.RunId,
                    By = completed.By,
                    Checks = [.. run.Checks.Values.Concat(completed.Checks).Select(Attested)],
                },
                ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            context.Reporter.Warning(
                $"The sign-off is not attested: {error.Message} {error.Remedy} Run Complete-RsolvDeployment again to repeat it.");
            return null;
        }
    }

    private static AttestedCheck Attested(RecordedCheck check) =>
        new(check.Id, check.Status, check.Severity ?? CheckTable.Find(check.Id)?.Severity ?? CheckSeverity.Required);
}
