using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Programs;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>A program that gives the credential (client.authentication.k8s.io). Run once, and again only after expiry or refusal.</summary>
internal sealed class ExecPlugin : CredentialSource
{
    private const int LongestError = 300;
    private const int LongestOutput = 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _apiVersion;
    private readonly string _command;
    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyList<(string Name, string Value)> _environment;
    private readonly JsonObject? _cluster;
    private readonly string? _hint;
    private readonly bool _needsPerson;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1);
    private Credential? _credential;
    private DateTimeOffset _expires = DateTimeOffset.MaxValue;

    private ExecPlugin(KubeconfigEntry exec, string apiVersion, string command, JsonObject? cluster, TimeProvider time)
    {
        _apiVersion = apiVersion;
        _command = command;
        _arguments = exec.Texts("args");
        _environment = [.. exec.Items("env")
            .Select(item => (item.Text("name") ?? "", item.Text("value") ?? ""))
            .Where(item => item.Item1.Length > 0)];
        _cluster = cluster;
        _time = time;
        _hint = exec.Text("installHint");
        _needsPerson = exec.Text("interactiveMode") == "Always";
    }

    public static ExecPlugin From(KubeconfigEntry exec, KubeconfigEntry cluster, TimeProvider time)
    {
        var version = exec.Text("apiVersion");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw KubeconfigFile.Invalid(
                exec.File.Path,
                $"The exec plugin of {exec.What} has apiVersion '{version}'; v1 and v1beta1 of client.authentication.k8s.io are known.",
                null);
        }

        // As kubectl: v1 has no default.
        if (exec.Text("interactiveMode") is not ("Never" or "IfAvailable" or "Always")
            && (exec.Text("interactiveMode") is not null || version.EndsWith("/v1", StringComparison.Ordinal)))
        {
            throw KubeconfigFile.Invalid(
                exec.File.Path, $"The interactiveMode of the exec plugin of {exec.What} is none of Never, IfAvailable and Always.", null);
        }

        var command = exec.Text("command")
            ?? throw KubeconfigFile.Invalid(exec.File.Path, $"The exec plugin of {exec.What} has no command.", null);
        // As kubectl: a bare name is looked up on PATH, a relative path begins at the kubeconfig's folder.
        if (command.IndexOfAny(['/', '\\']) >= 0) command = exec.Path("command")!;
        return new ExecPlugin(exec, version, command, exec.Flag("provideClusterInfo") ? ClusterInfo(cluster) : null, time);
    }

    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_credential is null || _time.GetUtcNow() >= _expires) (_credential, _expires) = await RunAsync(cancellationToken);
            return _credential;
        }
        finally
        {
            _one.Release();
        }
    }

    public override bool Reject(Credential refused)
    {
        // Whoever comes second with the same credential must not throw away the new one.
        if (ReferenceEquals(Interlocked.CompareExchange(ref _credential, null, refused), refused)) return true;
        return _credential is null || !ReferenceEquals(_credential, refused);
    }

    protected override void Dispose(bool disposing)
    {
        _credential?.Chain?.Dispose();
        _one.Dispose();
        base.Dispose(disposing);
    }

    private async Task<(Credential Credential, DateTimeOffset Expires)> RunAsync(CancellationToken cancellationToken)
    {
        if (_needsPerson)
        {
            throw Failed(
                "it always wants to ask a person (interactiveMode: Always), and RsolvDeploy gives it no terminal; log in first, or use "
                    + "another plugin", null);
        }

        var variables = new Dictionary<string, string?>();
        foreach (var (name, value) in _environment) variables[name] = value;
        variables["KUBERNETES_EXEC_INFO"] = Info();
        try
        {
            var start = new ProgramStart(_command, _arguments)
            {
                Variables = variables,
                Limit = Limit,
                LongestOutput = LongestOutput,
            };
            var result = await ChildProcess.RunAsync(start, _time, cancellationToken);
            return result.Succeeded
                ? Read(result.Output)
                : throw Failed($"it ended with {result.ExitCode}: {Shown(result.LastError)}", null);
        }
        catch (ProgramStartException e)
        {
            throw Failed(e.Reason.TrimEnd('.') + (_hint is null ? "" : $" ({_hint})"), e);
        }
        catch (TimeoutException e)
        {
            throw Failed($"it gave no answer within {Limit.TotalSeconds:0} s", e);
        }
        catch (DeployException e) when (e.Id == "ProgramOutputTooLong")
        {
            throw Failed($"it printed more than {LongestOutput} characters", e);
        }
    }

    private (Credential Credential, DateTimeOffset Expires) Read(string answer)
    {
        var response = Parse(answer);
        if (response.At("apiVersion").Text() is var version && version != _apiVersion)
            throw Failed($"the kubeconfig asks for {_apiVersion}, and it returned '{version}'", null);
        if (response.At("kind").Text() is { } kind and not "ExecCredential") throw Failed($"its answer is of kind '{kind}'", null);
        var (certificate, key, token) = (Text("clientCertificateData"), Text("clientKeyData"), Text("token"));
        if ((certificate is null) != (key is null) || (token is null && certificate is null))
            throw Failed("its answer holds neither a token nor a certificate with its key", null);
        if (token is not null && !(UserCredentials.IsHeaderValue(token) && token.All(char.IsAscii)))
            throw Failed("its token contains a line break or another character that no token has", null);
        var expires = DateTimeOffset.MaxValue;
        if (response.At("status", "expirationTimestamp") is { } time && !IsTime(time.Text(), out expires))
            throw Failed("its expirationTimestamp is no time of RFC 3339", null);
        try
        {
            return (new Credential(token, certificate is null || key is null ? null : ClientCertificate.Read(certificate, key)), expires);
        }
        catch (CryptographicException e)
        {
            throw Failed($"its certificate and key cannot be used: {e.Message}", e);
        }

        // Programs write what they do not have as an empty text.
        string? Text(string name) => response.At("status", name).Text() is { Length: > 0 } text ? text : null;
    }

    // As kubectl: YAML will do, too. The answer is never quoted: it may hold the credential.
    private JsonNode? Parse(string answer)
    {
        try
        {
            return StrictJson.Parse(answer);
        }
        catch (JsonException)
        {
            try
            {
                return KubeconfigYaml.Read(new StringReader(answer)) is YamlMappingNode yaml ? YamlJson.From(yaml)
                    : throw Failed("its answer is no JSON", null);
            }
            catch (Exception e) when (YamlFaults.IsOne(e))
            {
                throw Failed("its answer is no JSON", null);
            }
        }
    }

    private static bool IsTime(string? text, out DateTimeOffset time)
    {
        time = default;
        return text is { Length: >= 20 } && text[10] == 'T' && (text[^1] == 'Z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    private string Info()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (_cluster is not null) spec["cluster"] = _cluster.DeepClone();
        return new JsonObject { ["apiVersion"] = _apiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
    }

    private static JsonObject ClusterInfo(KubeconfigEntry cluster)
    {
        var info = new JsonObject { ["server"] = cluster.Text("server") };
        if (cluster.Text("tls-server-name") is { } name) info["tls-server-name"] = name;
        if (cluster.Flag("insecure-skip-tls-verify")) info["insecure-skip-tls-verify"] = true;
        if (cluster.Text("proxy-url") is { } proxy) info["proxy-url"] = proxy;
        if (cluster.Flag("disable-compression")) info["disable-compression"] = true;
        if (cluster.Pem("certificate-authority") is { } pem)
            info["certificate-authority-data"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
        var extension = cluster.Items("extensions").FirstOrDefault(one => one.Text("name") == "client.authentication.k8s.io/exec");
        info["config"] = extension?.Json("extension");
        return info;
    }

    private DeployException Failed(string why, Exception? inner) =>
        new("CredentialPluginFailed", FaultCategory.AuthenticationError, $"The credential plugin '{_command}' failed: {why}.",
            "Run the command of the kubeconfig's user by hand and follow its output (log in, install it).", inner)
        { Subject = _command };

    private static string Shown(string error) =>
        error.Length == 0 ? "it printed no error" : error.Length > LongestError ? error[..LongestError] + "…" : error;
}
