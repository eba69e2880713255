using RsolvDeploy.Checks;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Attests in the registry that an image was validated on staging.</summary>
/// <param name="context">The context of the step.</param>
/// <param name="checks">The checks of the validation.</param>
internal sealed class StagingAttestation(StepContext context, StagingChecks checks)
{
    /// <summary>Attests it; a failure fails the check <c>staging.attestation</c>.</summary>
    /// <param name="image">The image.</param>
    /// <param name="run">The run of the workflow.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The attestation; null when it failed.</returns>
    public async Task<string?> AttestAsync(string image, WorkflowRun run, CancellationToken ct)
    {
        checks.Begin();
        try
        {
            var made = await new Attester(context).AttestAsync(
                new AttestedVerification(image, context.Target, AttestedVerification.Staging, context.Clock.GetUtcNow())
                {
                    RunId = context.RunId,
                    By = RunLedger.Actor,
                    Url = run.Url,
                    Checks = [.. checks.List("not measured").Select(AttestedCheck.From)],
                },
                ct);
            checks.Add(CheckTable.StagingAttestation, CheckOutcome.Met($"{image} is attested by {made}"));
            return made;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            checks.Add(CheckTable.StagingAttestation, CheckOutcome.From(CheckResult.NotMet, e));
            return null;
        }
    }
}
