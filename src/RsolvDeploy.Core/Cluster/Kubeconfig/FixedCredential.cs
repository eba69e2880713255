namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>A credential that stands in the kubeconfig itself.</summary>
internal sealed class FixedCredential(Credential credential) : CredentialSource
{
    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(credential);

    protected override void Dispose(bool disposing)
    {
        credential.Chain?.Dispose();
        base.Dispose(disposing);
    }
}
