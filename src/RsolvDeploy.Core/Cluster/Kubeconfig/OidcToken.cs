using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>
/// The id-token of <c>auth-provider: {name: oidc}</c>. When it has expired, kubectl renews it: a refresh token may be good only once, so
/// whoever uses it has to write the next one to the kubeconfig, which is kubectl's file.
/// </summary>
/// <param name="user">The user of the kubeconfig.</param>
/// <param name="certificate">The certificate beside it; null for none.</param>
/// <param name="time">The clock that the token expires by.</param>
internal sealed class OidcToken(KubeconfigEntry user, ClientCertificate? certificate, TimeProvider time) : CredentialSource
{
    private const string Kubectl = "kubectl";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    // As kubectl: a token that is about to expire is not used.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private Credential? _credential;
    private DateTimeOffset _expires;

    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have renewed it in the file.
            if (!IsValid) Read();
            if (!IsValid && Config?.Text("refresh-token") is not null && ProgramPath.Find(Kubectl) is not null)
            {
                await RenewAsync(cancellationToken);
                Read();
            }

            return IsValid ? _credential! : throw Expired();
        }
        finally
        {
            _one.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        certificate?.Dispose();
        _one.Dispose();
        base.Dispose(disposing);
    }

    private bool IsValid => _credential is not null && time.GetUtcNow() + Early < _expires;

    private KubeconfigEntry? Config =>
        KubeconfigFile.Read(user.File.Path).Find("users", "user", user.Name)?.Inner("auth-provider")?.Inner("config");

    private void Read()
    {
        if (Config?.Text("id-token") is not { } token) return;
        _expires = ExpiryOf(token);
        _credential = new Credential(token, certificate);
    }

    // Any request makes kubectl renew it. What it answers does not matter.
    private async Task RenewAsync(CancellationToken ct)
    {
        var start = new ProgramStart(
            Kubectl, ["--kubeconfig", user.File.Path, "--user", user.Name, "--request-timeout", "30s", "get", "--raw", "/version"])
        { Limit = Limit };
        try
        {
            await ChildProcess.RunAsync(start, time, ct);
        }
        catch (Exception e) when (e is ProgramStartException or TimeoutException)
        {
            // The token is still expired, which is reported.
        }
    }

    private DateTimeOffset ExpiryOf(string token)
    {
        try
        {
            var payload = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
            var json = StrictJson.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')));
            return DateTimeOffset.UnixEpoch.AddSeconds(json.At("exp")!.GetValue<double>());
        }
        catch (Exception e) when (e is IndexOutOfRangeException or FormatException or JsonException or NullReferenceException
            or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw KubeconfigFile.Invalid(user.File.Path, $"The id-token of {user.What} is no JSON Web Token with an 'exp'.", null);
        }
    }

    private DeployException Expired() =>
        new("CredentialExpired", FaultCategory.AuthenticationError,
            _credential is null
                ? $"The auth-provider of {user.What} has no id-token."
                : $"The id-token of {user.What} expired at {_expires.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, and kubectl did not renew it.",
            "Log in again, and check with 'kubectl get --raw /version'.")
        { Subject = user.What };
}
