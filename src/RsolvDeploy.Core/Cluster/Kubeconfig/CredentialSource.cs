namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>Where the credential comes from.</summary>
internal abstract class CredentialSource : IDisposable
{
    /// <summary>Receives each credential before it is used for the first time; null for nobody.</summary>
    public Action<Credential>? Used { get; set; }

    /// <summary>The credential to use now.</summary>
    public abstract ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server refused this credential. True when asking again can give another one.</summary>
    public virtual bool Reject(Credential refused) => false;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }
}
