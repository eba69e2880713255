using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.SourceTree;

namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>Writes the files that an operator has, with canaries in them: kubeconfig, configuration, programs and a source tree.</summary>
/// <param name="sandbox">The sandbox.</param>
/// <param name="canaries">The values.</param>
internal sealed class CanaryFiles(SandboxServer sandbox, CanarySet canaries)
{
    private const string Remote = "https://deploy:{0}@git.example.org/platform.git";

    // Those that lead nowhere.
    private static readonly (string Name, string Cluster, string User)[] Contexts =
    [
        ("plugged", "sandbox", "plugged"), ("proxied", "proxied", "basic"), ("certified", "sandbox", "certified"),
        ("basic", "sandbox", "basic"),
    ];

    private string _remote = "";

    /// <summary>Programs that are found first: each writes its arguments to a file, then does its work or fails.</summary>
    public string Programs => Path.Combine(sandbox.Folder, "programs");

    /// <summary>The file with the arguments of every program that was started.</summary>
    public string Started => Path.Combine(sandbox.Folder, "started");

    /// <summary>A file that is neither a configuration nor a key.</summary>
    public string Invalid => Path.Combine(sandbox.Folder, "invalid.yaml");

    /// <summary>What the operator wrote, where the values may be.</summary>
    public bool IsInput(string path) => path == sandbox.KubeconfigPath || path == sandbox.ConfigurationPath || path == Invalid
        || new[] { "programs", "source", "origin.git", "app", "app-broken", "github-token", "rehearsal.yaml" }
            .Any(name => path.StartsWith(Path.Combine(sandbox.Folder, name), StringComparison.Ordinal));

    /// <summary>Writes all of them.</summary>
    /// <param name="mail">The mail server.</param>
    public void Write(string mail)
    {
        WritePrograms();
        WriteKubeconfig();
        WriteSource();
        WriteConfiguration(mail);
        File.WriteAllText(
            Invalid,
            $"version: 1\ndefaults: {{ password: {canaries.Add("a password in a configuration")} }}\n"
                + $"targets: {{ production: {{ url: 'https://me:{canaries.Add("a user of an address")}@example.org' }} }}\n");
    }

    /// <summary>The changes for the cases that fail: the origin is not reached, and the mail server quotes.</summary>
    public void Break(string mail, string otherMail)
    {
        File.WriteAllText(
            sandbox.ConfigurationPath, File.ReadAllText(sandbox.ConfigurationPath).Replace(mail, otherMail, StringComparison.Ordinal));
        var git = Path.Combine(sandbox.Folder, "source", ".git", "config");
        var address = new Uri(_remote);
        File.WriteAllText(git, File.ReadAllText(git)
            .Replace("insteadOf", "pushInsteadOf", StringComparison.Ordinal)
            .Replace(_remote, $"http://{address.UserInfo}@127.0.0.1:1/platform.git", StringComparison.Ordinal));
    }

    private void WritePrograms()
    {
        var git = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, "git")).First(File.Exists);
        Directory.CreateDirectory(Programs);
        WriteProgram("git", $"exec {git} \"$@\"");
        // What it prints of its environment is a credential; what it prints last is quoted.
        WriteProgram(
            "docker",
            """
            case "$2" in
            version) echo 'github.com/docker/buildx v0.20.0' ;;
            inspect) printf 'Name: one\nDriver: docker-container\nStatus: running\n' ;;
            *) env >&2; printf %s "$RSOLV_CANARY_BUILD" | base64 >&2; echo "ERROR: npm refused $RSOLV_CANARY_BUILD" >&2; exit 1 ;;
            esac
            """);
        var token = File.ReadLines(sandbox.KubeconfigPath).First(line => line.Contains("token:", StringComparison.Ordinal)).Split(": ")[1];
        canaries.AddKnown("the token of the exec plugin", token);
        const string response = """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}""";
        WriteProgram("plugin", $"printf '{response}' '{token}'");
        WriteProgram("broken-plugin", "echo \"the account $PLUGIN_CLIENT_SECRET is denied\" >&2; exit 1");
    }

    private void WriteProgram(string name, string body)
    {
        var path = Path.Combine(Programs, name);
        File.WriteAllText(path, $"#!/bin/sh\nprintf '%s\\n' \"{name} $*\" >> '{Started}'\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void WriteKubeconfig()
    {
        string Plugin(string program) => $$"""
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: {{Path.Combine(Programs, program)}}
                  env: [{ name: PLUGIN_CLIENT_SECRET, value: {{canaries.Add("the environment of the exec plugin")}} }]
                  interactiveMode: Never
            """;
        var text = File.ReadAllText(sandbox.KubeconfigPath);
        var token = text.Split("    token: ")[1].Split('\n')[0];
        var authority = text.Split("certificate-authority-data: ")[1].Split('\n')[0];
        var key = canaries.Add("a client key", "-----BEGIN PRIVATE KEY-----\nMIIB{0}\n-----END PRIVATE KEY-----\n");
        text = text.Replace($"    token: {token}", Plugin("plugin"), StringComparison.Ordinal)
            .Replace("\nusers:\n", $$"""

                - name: proxied
                  cluster:
                    server: https://kubernetes.invalid
                    certificate-authority-data: {{authority}}
                    proxy-url: http://operator:{{canaries.Add("the password of a proxy")}}@127.0.0.1:1
                users:
                - name: plugged
                  user:
                {{Plugin("broken-plugin")}}
                - name: certified
                  user: { client-certificate-data: {{Base64("-----BEGIN CERTIFICATE-----\n")}}, client-key-data: {{Base64(key)}} }
                - name: basic
                  user: { username: me, password: '{{canaries.Add("a password of the kubeconfig", "{0}#%/\"")}}' }

                """, StringComparison.Ordinal)
            + string.Concat(Contexts.Select(one => $"- name: {one.Name}\n  context: {{ cluster: {one.Cluster}, user: {one.User} }}\n"));
        File.WriteAllText(sandbox.KubeconfigPath, text.Replace("\r", "", StringComparison.Ordinal));
    }

    private void WriteSource()
    {
        var git = Path.Combine(PlatformSource.Write(sandbox.Folder), ".git", "config");
        _remote = canaries.Add("the address of a remote", Remote);
        var origin = Path.Combine(sandbox.Folder, "origin.git");
        File.WriteAllText(git, File.ReadAllText(git).Replace($"url = {origin}", $"url = {_remote}", StringComparison.Ordinal)
            + $"[url \"{origin}\"]\n\tinsteadOf = {_remote}\n");
    }

    private void WriteConfiguration(string mail)
    {
        var text = File.ReadAllText(sandbox.ConfigurationPath);
        void Edit(string from, string to)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        const string login = "credential: { env: { username: RSOLV_CANARY_USER, password: RSOLV_CANARY_PASSWORD } }";
        Edit("maxScrapeAge: 15s }\n  grafana", "maxScrapeAge: 15s, credential: { env: { token: RSOLV_CANARY_PROMETHEUS } } }\n  grafana");
        Edit("alertmanager-service:9093 }", $"alertmanager-service:9093, {login} }}");
        Edit("health: { path: /health, under: 2s, samples: 10 }", $"health: {{ path: /health, under: 60s, samples: 2, {login} }}");
        Edit("under: 1s }", "under: 60s, credential: { env: { token: RSOLV_CANARY_PLATFORM } } }");
        Edit("stableFor: 1s", "stableFor: 100ms");
        Edit("maxSize: 1GB", "maxSize: 1GB\n    args: { GIT_TOKEN: '${RSOLV_CANARY_ARGUMENT}' }");
        Edit(
            "announce: { before: true, after: true, folder",
            "source: { path: " + Path.Combine(sandbox.Folder, "source") + ", remote: origin, branch: main }\n"
                + "    triggers: { crashLoop: { longerThan: 1s }, health: { failures: 2, every: 1s } }\n"
                + "    approvals: [engineering-lead]\n    tasks: [{ name: documentation, title: Update the documentation }]\n"
                + "    announce: { before: true, after: true, slack: { env: RSOLV_CANARY_HOOK }, teams: { env: RSOLV_CANARY_HOOK }, "
                + "webhook: { env: RSOLV_CANARY_HOOK, signature: { env: RSOLV_CANARY_SIGNATURE } }, "
                + $"email: {{ server: '{mail}', security: none, from: a@example.org, to: [b@example.org], "
                + "password: { env: RSOLV_CANARY_MAIL } }, folder");
        text += "  refused: { extends: production, namespace: " + QuotingServices.Refused + " }\n"
            + Mutual("mutual", "RSOLV_CANARY_KEY") + Mutual("broken-key", "RSOLV_CANARY_BROKEN_KEY")
            + "  built: { extends: production, image: { secrets: [{ id: npm, env: RSOLV_CANARY_BUILD }] } }\n"
            + string.Concat(Contexts.Select(one => $"  {one.Name}: {{ extends: production, context: {one.Name} }}\n"));
        File.WriteAllText(sandbox.ConfigurationPath, text);
    }

    // A Prometheus that is reached through the proxy of the environment, by a client certificate.
    private static string Mutual(string name, string key) =>
        $"  {name}: {{ extends: staging, prometheus: {{ url: 'https://prometheus.invalid', "
            + $"credential: {{ env: {{ clientCertificate: RSOLV_CANARY_CERTIFICATE, clientKey: {key} }} }} }} }}\n";

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(text));
}
