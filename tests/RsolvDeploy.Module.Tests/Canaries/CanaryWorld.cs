using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Core.Tests.Announcements;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Programs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.GitHub;
using RsolvDeploy.Sandbox.Images;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>A sandbox with a canary in every place that the module reads, and all that the cases printed and left.</summary>
public sealed class CanaryWorld : IAsyncLifetime
{
    /// <summary>The place of the operator's private keys.</summary>
    internal const string OwnKeys = "a private key of the operator";

    private readonly CanarySet _canaries = new();
    private readonly MailServer _mail = new();
    private MailServer _quotingMail = null!;
    private SandboxServer _sandbox = null!;
    private ObservedProgram _program = null!;
    private QuotingServices _services = null!;
    private CanaryFiles _files = null!;

    /// <summary>What the cases printed that succeed, those with <c>-WhatIf</c> included.</summary>
    internal IReadOnlyList<CanaryReport> Successes { get; private set; } = [];

    /// <summary>What the cases printed that fail.</summary>
    internal IReadOnlyList<CanaryReport> Failures { get; private set; } = [];

    /// <summary>The values that were seen in what was printed and left.</summary>
    internal IReadOnlyList<CanaryFinding> Findings { get; private set; } = [];

    /// <summary>Values that the commands have to send to their services.</summary>
    internal IReadOnlyList<string> Sent { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var careless = _canaries.Add("a line of a log or an event");
        _services = new QuotingServices($"DB_PASSWORD={careless}\nx-api-key: {careless}\npostgres://rsolv:{careless}@postgres/rsolv");
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Arriving = _services.ObserveAsync }, ct);
        _sandbox.Services.Repository.StepTime = TimeSpan.FromMilliseconds(5);
        _files = new CanaryFiles(_sandbox, _canaries);
        _files.Write(_mail.Address);
        var phrase = _canaries.Add("the passphrase of a backup", "{0} and \"more\"");
        _program = new ObservedProgram(_sandbox, phrase)
        {
            Variables = Variables(),
            Start = (environment, script) => RealPowerShell.Start(environment, "-Command", script),
        };
        PlantObjects();
        PlantEvents();
        var printed = await _program.RunAsync(
            CanaryScript.Create(CanaryCases.All.Select(one => (one.Command, one.Success)), withWhatIf: true), ct);
        Successes = CanaryScript.Read(printed);
        foreach (var line in PrivateLines()) _canaries.AddKnown(OwnKeys, line);
        PlantForFailures();
        var failed = await _program.RunAsync(
            CanaryScript.Create(
                CanaryCases.All.Where(one => one.Failure is not null).Select(one => (one.Command, one.Failure!)), withWhatIf: false),
            ct);
        Failures = CanaryScript.Read(failed);
        Findings =
        [
            .. Collect(printed, failed)
                .SelectMany(text => _canaries.Find(text.Text).Select(place => new CanaryFinding(place, text.Where))),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _mail.Dispose();
        _quotingMail?.Dispose();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        _program?.Dispose();
    }

    /// <summary>Whether a value was sent to where it proves who asks.</summary>
    internal bool WasSent(string value) => _services.Proofs.Keys.Any(proof => proof.Contains(value, StringComparison.Ordinal));

    private Dictionary<string, string> Variables()
    {
        var registry = _canaries.Add("the password of a registry");
        _sandbox.Services.Images.Credential = new RegistryCredential("deployer", registry);
        _canaries.AddKnown("the token of GitHub", GitHubKeys.Token);
        var prometheus = _canaries.Add("the token of Prometheus", "{0}/+=");
        var platform = _canaries.Add("the token of the platform");
        var password = _canaries.Add("a password of a service", "{0}/\"+ü");
        Sent = [prometheus, platform, Basic("operator", password), Basic("deployer", registry), GitHubKeys.Token];
        var key = ClientKey();
        var hook = new Uri(_sandbox.Services.PlatformAddress, _canaries.Add("the address of a hook", "services/{0}"));
        return new Dictionary<string, string>
        {
            ["PATH"] = $"{_files.Programs}:{Environment.GetEnvironmentVariable("PATH")}",
            ["RSOLV_CANARY_KUBECONFIG"] = _sandbox.KubeconfigPath,
            ["RSOLV_CANARY_INVALID"] = _files.Invalid,
            ["RSOLV_CANARY_CARELESS"] = Careless(),
            ["RSOLV_CANARY_REASON"] = $"ticket 7, token={_canaries.Add("-Reason, -Comment or -Message")}",
            ["RSOLV_CANARY_USER"] = "operator",
            ["RSOLV_CANARY_PASSWORD"] = password,
            ["RSOLV_CANARY_LOGIN"] = _canaries.Add("-Credential", "{0}\"%"),
            ["RSOLV_CANARY_PROMETHEUS"] = prometheus,
            ["RSOLV_CANARY_PLATFORM"] = platform,
            ["RSOLV_CANARY_ARGUMENT"] = _canaries.Add("a build argument"),
            ["RSOLV_CANARY_BUILD"] = _canaries.Add("a build secret", "{0}\"/+"),
            ["RSOLV_CANARY_HOOK"] = hook.ToString(),
            ["RSOLV_CANARY_CERTIFICATE"] = key.Certificate,
            ["RSOLV_CANARY_KEY"] = key.Private,
            ["RSOLV_CANARY_BROKEN_KEY"] = _canaries.Add(
                "a client key of a service that cannot be read", "-----BEGIN PRIVATE KEY-----\nMIIB{0}\n-----END PRIVATE KEY-----\n"),
            // Everything of the sandbox is on loopback; what is elsewhere goes through the proxy, which is not there.
            ["HTTPS_PROXY"] = $"http://operator:{_canaries.Add("the password of the proxy in the environment")}@127.0.0.1:1",
            ["NO_PROXY"] = "127.0.0.1,localhost,::1",
            ["RSOLV_CANARY_SIGNATURE"] = _canaries.Add("the key of a webhook"),
            ["RSOLV_CANARY_MAIL"] = MailPassword(),
            ["RSOLV_SANDBOX_GITHUB_TOKEN"] = GitHubKeys.Token,
            ["RSOLV_SANDBOX_STAGING_API_KEY"] = _canaries.Add("the secret of the workflow"),
            ["SHOP_PASSWORD"] = _canaries.Add("a variable that is named like a secret"),
            ["DOCKER_AUTH_CONFIG"] = Auths(registry).ToJsonString(),
        };
    }

    // A pair that can be used: its key is known by its lines, and by those of its base64.
    private (string Certificate, string Private) ClientKey()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=operator", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var pem = key.ExportPkcs8PrivateKeyPem();
        foreach (var line in pem.Split('\n')[2..^2]) _canaries.AddKnown("a client key of a service", line);
        _canaries.AddKnown("a client key of a service, in base64", Base64(pem)[60..160]);
        return (certificate.ExportCertificatePem(), pem);
    }

    private string MailPassword()
    {
        var password = _canaries.Add("the password of the mail server", "{0}\"/");
        _quotingMail = new MailServer($"550 not with {password}");
        return password;
    }

    private string Careless()
    {
        var image = _sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "careless", "prints-environment");
        return $"{_sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@{image.Digest}";
    }

    private JsonObject Auths(string password) => new()
    {
        ["auths"] = new JsonObject
        {
            [_sandbox.Services.RegistryHost] = new JsonObject
            {
                ["auth"] = Basic("deployer", password),
            },
        },
    };

    // A value in each kind of place of the cluster.
    private void PlantObjects()
    {
        _sandbox.Create(new SecretManifest("pull")
        {
            Text = { [".dockerconfigjson"] = Auths(_canaries.Add("a pull secret")).ToJsonString() },
        });
        _sandbox.Create(new SecretManifest("plain") { Text = { ["NOTE"] = _canaries.Add("a Secret", "{0} \"/+<&>\\ü\nnext") } });
        _sandbox.Change(KindInfo.ConfigMaps, "rsolv-config", map => map["data"]!["MOTD"] = _canaries.Add("a ConfigMap"));
        foreach (var known in new[] { "database", "anthropic", "openai", "postmark", "demo-api-key", "grafana-password" })
            _canaries.AddKnown("a Secret of the sandbox", $"sbxsecret-{known}");
        _sandbox.ChangeDeployment(deployment =>
        {
            deployment["metadata"]!["annotations"] = new JsonObject
            {
                ["kubernetes.io/change-cause"] = $"kubectl set env --token={_canaries.Add("change-cause")}",
                ["kubectl.kubernetes.io/last-applied-configuration"] = $$"""{"env":"{{_canaries.Add("last-applied")}}"}""",
            };
            var pod = deployment["spec"]!["template"]!["spec"]!.AsObject();
            pod["imagePullSecrets"] = new JsonArray(new JsonObject { ["name"] = "pull" });
            var container = pod["containers"]![0]!.AsObject();
            container["args"] = new JsonArray("start", "--session", _canaries.Add("an argument of a container"));
            container["env"] = new JsonArray(
                new JsonObject { ["name"] = "SHARED_PASSWORD", ["value"] = _canaries.Add("a variable of a container") },
                new JsonObject
                {
                    ["name"] = "PLAIN",
                    ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = "plain", ["key"] = "NOTE" } },
                });
            container["readinessProbe"]!["httpGet"]!["httpHeaders"] = new JsonArray(
                new JsonObject { ["name"] = "X-Probe", ["value"] = _canaries.Add("a header of a probe") });
        });
    }

    // The last one of each object is what a diagnosis shows; the pods of a failing rollout get theirs as they are created.
    private void PlantEvents()
    {
        var value = _canaries.Add("an event");
        var message = $"token: {value} at http://user:{value}@registry.example/v2 \u001b[31mpassword\u001b[0m={value}"
            + $"\u001b]0;DB_PASSWORD={value}\u0007\u202e\n::error::Authorization: Bearer {value}";
        _sandbox.Requested += request =>
        {
            if (request.Method != "GET" || !request.Path.Contains("/events", StringComparison.Ordinal)) return;
            foreach (var pod in _sandbox.Objects.List(KindInfo.Pods, null).Items) Record(pod, message);
        };
        Record(_sandbox.Deployment(), message);
    }

    private void Record(JsonObject about, string message)
    {
        var (ns, name) = ((string)about["metadata"]!["namespace"]!, $"{Name(about)}.planted");
        if (_sandbox.Objects.Find(KindInfo.Events, ns, name) is not null) return;
        try
        {
            _sandbox.Objects.Create(KindInfo.Events, ns, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name },
                ["involvedObject"] = new JsonObject
                {
                    ["kind"] = about["kind"]!.DeepClone(),
                    ["namespace"] = ns,
                    ["name"] = Name(about),
                    ["uid"] = about["metadata"]!["uid"]!.DeepClone(),
                },
                ["reason"] = "Planted",
                ["message"] = message,
                ["type"] = "Warning",
                ["lastTimestamp"] = "2037-01-01T00:00:00Z",
                ["count"] = 1,
            });
        }
        catch (Exception) when (_sandbox.Objects.Find(KindInfo.Events, ns, name) is not null)
        {
            // Another request was first.
        }
    }

    // The operator's private keys, which the commands made: a line of each that is in no other file.
    // Without the lines of the public key: a certificate has them too, in the same letters where it begins at the same place.
    private IEnumerable<string> PrivateLines() => Directory.CreateDirectory(_program.Keys)
        .EnumerateFiles("*.pem", SearchOption.AllDirectories)
        .Select(file => file.FullName)
        .Select(File.ReadAllText)
        .Where(text => text.Contains("PRIVATE KEY", StringComparison.Ordinal))
        .SelectMany(text => text.Split('\n')[2..^2]
            .Where(line => line.Length > 20 && PublicKey(text).AsSpan().IndexOf(Convert.FromBase64String(line)) < 0));

    private static byte[] PublicKey(string pem)
    {
        using var rsa = RSA.Create();
        using var elliptic = ECDsa.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return rsa.ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException)
        {
            elliptic.ImportFromPem(pem);
            return elliptic.ExportSubjectPublicKeyInfo();
        }
    }

    private void PlantForFailures()
    {
        _sandbox.Change(KindInfo.Secrets, "plain", secret =>
            secret["data"]!["NOTE"] = Base64(_canaries.Add("a Secret that was changed", "{0} \"/+")));
        _sandbox.ChangeDeployment(deployment =>
            deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]![0]!["value"] =
                _canaries.Add("a variable that was changed"));
        _files.Break(_mail.Address, _quotingMail.Address);
        _services.Refuse(_sandbox);
    }

    private IEnumerable<CanaryText> Collect(string printed, string failed)
    {
        foreach (var report in CanaryScript.Read(printed)) yield return new($"what {report.Name} printed", report.Text);
        foreach (var report in CanaryScript.Read(failed)) yield return new($"what {report.Name} printed as it failed", report.Text);
        foreach (var (where, text) in _program.Texts("")) yield return new(where, text);
        var files = Directory.EnumerateFiles(_sandbox.Folder, "*", SearchOption.AllDirectories);
        foreach (var path in files.Where(path => !_files.IsInput(path)))
            yield return new(path, Encoding.Latin1.GetString(File.ReadAllBytes(path)));
        foreach (var text in InCluster()) yield return text;
        foreach (var annotation in _sandbox.Services.Annotations.All)
            yield return new("an annotation in Grafana", annotation.ToJsonString());
        foreach (var mail in _mail.Mails) yield return new("a mail", mail);
        // The address of a hook is the credential for it.
        foreach (var address in _services.Addresses.Where(address => !address.Contains("/services/", StringComparison.Ordinal)))
            yield return new($"the address of a request: {address}", address);
    }

    // What the module writes: its records, its lock, and the annotations of the Deployment.
    private IEnumerable<CanaryText> InCluster()
    {
        var written = _sandbox.Objects.List(KindInfo.ConfigMaps, null).Items
            .Where(map => Name(map).StartsWith("rsolv-", StringComparison.Ordinal) && Name(map) != "rsolv-config")
            .Concat(_sandbox.Objects.List(KindInfo.Leases, null).Items);
        foreach (var one in written) yield return new($"the object {Name(one)}", one.ToJsonString());
        foreach (var (name, value) in _sandbox.Deployment()["metadata"]!["annotations"]!.AsObject())
            if (!name.StartsWith("kubectl.", StringComparison.Ordinal)) yield return new($"annotation {name}", $"{value}");
    }

    private static string Basic(string user, string password) => Base64($"{user}:{password}");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Name(JsonObject item) => (string)item["metadata"]!["name"]!;
}
