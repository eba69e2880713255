using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Shows what is attested of an image, and whether a trusted key signed it.</summary>
/// <remarks>
/// The command reads the signed statements that refer to the image in its registry: the verifications that Invoke-RsolvStagingValidation
/// and Complete-RsolvDeployment attest when promotion.attest is true, and those of other tools. The property Problem names why a statement
/// proves nothing. What docker buildx attested of the build, its provenance and its list of software, is summarized too; nobody signs
/// it. The keys that count are those of promotion.require.signers, or those of signers and your own.
/// </remarks>
/// <example>
/// <code>Get-RsolvAttestation staging</code>
/// <para>Shows what is attested of the image that staging runs.</para>
/// </example>
/// <example>
/// <code>Get-RsolvAttestation production -Image production-latest | Where-Object Problem -eq $null</code>
/// <para>Shows what is proven of the image that the registry has under this tag.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvAttestation", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(Attestation))]
public sealed class GetRsolvAttestationCommand : TargetCmdlet
{
    /// <summary>Specifies the image: a tag, a digest or a complete reference. The default is the image that the deployment
    /// runs.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageCompleter))]
    public string? Image { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        var environment = DockerEnvironment.Learning(Redactor, Clock);
        var image = Image ?? await RunningAsync(target, environment, cancellationToken);
        foreach (var one in await ImageAttestations.ReadAsync(target, image, environment, cancellationToken))
            await EmitAsync(one, cancellationToken);
    }

    private async Task<string> RunningAsync(Target target, DockerEnvironment environment, CancellationToken cancellationToken)
    {
        using var cluster = Connect(target);
        return (await ProvenImage.ReadAsync(cluster, target, environment, Clock, cancellationToken)).Require(target.Name);
    }
}
