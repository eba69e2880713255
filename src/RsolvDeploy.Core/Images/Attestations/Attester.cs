using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Images.Attestations;

/// <summary>Attests the verification of a step, signed with the operator's key.</summary>
/// <param name="context">The context of the step.</param>
internal sealed class Attester(StepContext context)
{
    /// <summary>Attests it, unless the operator attested the same run before.</summary>
    /// <param name="verification">The verification.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The attestation, <c>repository@sha256:…</c>.</returns>
    /// <exception cref="DeployException"><c>SigningKeyInvalid</c>, or an error of the registry.</exception>
    public async Task<string> AttestAsync(AttestedVerification verification, CancellationToken ct)
    {
        var environment = DockerEnvironment.Learning(context.Redactor, context.Clock);
        var own = SigningKey.ForUser();
        using var signer = own.Load(context.Clock.GetUtcNow());
        own.WritePublicKey(signer);
        using var reader = new AttestationReader(ImageReference.Parse(verification.Image), environment, [signer.PublicKey]);
        var known = (await reader.ReadSignedAsync(ct)).LastOrDefault(one =>
            one is { Problem: null, PredicateType: PredicateTypes.Verification } && one.RunId == verification.RunId
                && one.Environment == verification.Target.Name);
        if (known is not null) return known.Reference;
        var made = await context.Journal.Ledger.DoAsync(
            $"attest {verification.Image}",
            () => new AttestationWriter(environment, context.Clock).AttachAsync(verification, signer, ct),
            reference => new ChangeFacts { Digest = ImageReference.Parse(reference).Digest });
        context.Reporter.Verbose($"{verification.Image} is attested by {made}; cosign verifies it with {own.PublicKeyPath}.");
        return made;
    }
}
