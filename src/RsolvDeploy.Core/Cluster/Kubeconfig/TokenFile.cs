using RsolvDeploy.Errors;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>
/// A token in a file that somebody else renews, so it is read for every request. While the file cannot be read, as when it is being
/// replaced, the token that was read last is used.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="beside">What the kubeconfig holds beside it: the certificate, and the token to use while the file is not there.</param>
internal sealed class TokenFile(string path, Credential beside) : CredentialSource
{
    private Credential? _last;

    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            if (token.Length > 0) return _last = _last?.Token == token ? _last : new Credential(token, beside.Chain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Fallback is null) throw Unreadable(e.Message, e);
        }

        return Fallback ?? throw Unreadable("The file is empty.", null);
    }

    private Credential? Fallback => _last ?? (beside.Token is null ? null : beside);

    protected override void Dispose(bool disposing)
    {
        beside.Chain?.Dispose();
        base.Dispose(disposing);
    }

    private DeployException Unreadable(string why, Exception? inner) =>
        new("KubeconfigInvalid", FaultCategory.ReadError, $"The token file '{path}' cannot be read. {why}",
            "Check the path 'tokenFile' of the kubeconfig's user, and that the file is readable.", inner)
        { Subject = path };
}
