using System.Security.Cryptography.X509Certificates;
using System.Text;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>A kubeconfig is read by kubectl's rules.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-kubeconfig-").FullName;
    private readonly RecordingReporter _reporter = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_current_context_says_server_authority_and_credential()
    {
        var path = Write(
            "config",
            Config(
                "https://api.example:6443/prefix",
                "token: abc",
                $"certificate-authority-data: {Authority64}, tls-server-name: inner.example, proxy-url: "
                    + "'http://proxy.example:8080', disable-compression: true"));
        var connection = Load(path);
        Assert.Equal(new Uri("https://api.example:6443/prefix/"), connection.Server);
        Assert.Equal(
            ("main", "inner.example", new Uri("http://proxy.example:8080"), true),
            (connection.ContextName, connection.TlsServerName, connection.Proxy, connection.DisableCompression));
        Assert.Equal(_authority.Certificate.Thumbprint, connection.Authorities!.Single().Thumbprint);
        Assert.Equal("abc", (await connection.Credentials.GetAsync(Ct)).Token);
        Assert.False(connection.SkipTlsVerify);
    }

    [Theory]
    [InlineData("https://api.example", "", false)]
    [InlineData("https://127.0.0.1:6443", "", true)]
    [InlineData("https://localhost:6443", "", true)]
    [InlineData("https://127.0.0.1:6443", "disable-compression: false", false)]
    [InlineData("https://api.example", "disable-compression: true", true)]
    public void To_this_machine_nothing_is_compressed_unless_the_kubeconfig_says_so(string server, string more, bool disabled) =>
        Assert.Equal(disabled, Load(Write("config", Config(
            server, "token: abc", $"certificate-authority-data: {Authority64}{(more.Length > 0 ? ", " + more : "")}"))).DisableCompression);

    [Fact]
    public void Of_several_files_the_first_that_has_a_name_wins()
    {
        var first = Write(
            "first",
            "contexts:\n- { name: main, context: { cluster: c, user: u } }\nclusters:\n- { name: c, cluster: { server: "
                + "'https://first.example' } }\n");
        var second = Write(
            "second", Config("https://second.example", "token: two") + "- { name: other, context: { cluster: c, user: u } }\n");
        var missing = Path.Combine(_folder, "missing");
        var variable = string.Join(Path.PathSeparator, missing, first, second);
        Assert.Equal("first.example", Load(null, null, ("KUBECONFIG", variable)).Server.Host);
        Assert.Equal("other", Load(null, "other", ("KUBECONFIG", variable)).ContextName);
    }

    [Fact]
    public async Task Paths_are_relative_to_their_own_file_and_a_token_file_is_read_anew()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "pki"));
        Write("pki/ca.pem", _authority.Certificate.ExportCertificatePem());
        Write("pki/token", "one\n");
        var connection = Load(Write("config", Config("https://api.example", "tokenFile: pki/token", "certificate-authority: pki/ca.pem")));
        Assert.Equal(_authority.Certificate.Thumbprint, connection.Authorities!.Single().Thumbprint);
        Assert.Equal("one", (await connection.Credentials.GetAsync(Ct)).Token);
        Write("pki/token", "two\n");
        Assert.Equal("two", (await connection.Credentials.GetAsync(Ct)).Token);
    }

    [Fact]
    public async Task While_a_token_file_is_being_replaced_the_last_token_is_used()
    {
        var token = Write("token", "one\n");
        var connection = Load(Write("config", Config("https://api.example", "tokenFile: token")));
        Assert.Equal("one", (await connection.Credentials.GetAsync(Ct)).Token);
        Write("token", "");
        Assert.Equal("one", (await connection.Credentials.GetAsync(Ct)).Token);
        File.Delete(token);
        Assert.Equal("one", (await connection.Credentials.GetAsync(Ct)).Token);
        Write("token", "two\n");
        Assert.Equal("two", (await connection.Credentials.GetAsync(Ct)).Token);
    }

    [Fact]
    public async Task A_client_certificate_is_taken_from_data_or_files()
    {
        using var issued = _authority.Issue("client");
        var key = issued.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        var connection = Load(Write("config", Config(
            "https://api.example", $"client-certificate-data: {Base64(issued.ExportCertificatePem())}, client-key-data: {Base64(key)}")));
        var credential = await connection.Credentials.GetAsync(Ct);
        Assert.Equal(issued.Thumbprint, credential.Certificate!.Thumbprint);
        Assert.True(credential.Certificate.HasPrivateKey);
    }

    [Fact]
    public async Task An_exec_plugin_gets_its_arguments_as_they_are_and_is_run_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin of this test is a shell script.");
        var script = Write(
            "plugin.sh",
            "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\" >> \"$OUT\"; done\n"
                + "printf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
                + "\"status\":{\"token\":\"from-plugin\"}}'\n");
        MakeExecutable(script);
        var seen = Path.Combine(_folder, "seen");
        var connection = Load(Write("config", Config("https://api.example",
            "exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, args: ['a b', '$(touch x)', '; rm -rf /'], env: "
                + $"[ {{ name: OUT, value: '{seen}' }} ], interactiveMode: Never }}")));
        Assert.Equal("from-plugin", (await connection.Credentials.GetAsync(Ct)).Token);
        Assert.Equal("from-plugin", (await connection.Credentials.GetAsync(Ct)).Token);
        Assert.Equal(["a b", "$(touch x)", "; rm -rf /"], await File.ReadAllLinesAsync(seen, Ct));
    }

    [Theory]
    [InlineData("#!/bin/sh\necho 'no session for dev@example.org' >&2\nexit 3\n", "ended with 3")]
    [InlineData("#!/bin/sh\necho 'secret-looking-answer'\n", "no JSON")]
    [InlineData("#!/bin/sh\necho '{\"apiVersion\":\"client.authentication.k8s.io/v1\"}'\n", "neither a token nor a certificate")]
    public async Task An_exec_plugin_that_fails_is_named_and_its_answer_is_not_shown(string text, string words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin of this test is a shell script.");
        var script = Write("plugin.sh", text);
        MakeExecutable(script);
        var connection = Load(
            Write("config", Config(
                "https://api.example",
                "exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./plugin.sh }")));
        var fault = await Assert.ThrowsAnyAsync<DeployException>(async () => await connection.Credentials.GetAsync(Ct));
        Assert.Contains("plugin.sh", fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-looking-answer", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Skipping_verification_is_warned_of()
    {
        var connection = Load(Write("config", Config("https://api.example", "token: a", "insecure-skip-tls-verify: true")));
        Assert.True(connection.SkipTlsVerify);
        Assert.Contains(_reporter.Lines, line => line.Contains("insecure-skip-tls-verify", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_others_can_read_is_warned_of()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        var path = Write("config", Config("https://api.example", "token: a"));
        Load(path);
        Assert.Empty(_reporter.Lines);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Load(path);
        Assert.Contains(_reporter.Lines, line => line.Contains("chmod 600", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_a_pod_its_own_account_is_used()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "account"));
        Write("account/ca.crt", _authority.Certificate.ExportCertificatePem());
        Write("account/token", "pod-token");
        var connection = Load(null, null, ("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "443"));
        Assert.Equal(new Uri("https://[fd00::1]/"), connection.Server);
        Assert.Equal("pod-token", (await connection.Credentials.GetAsync(Ct)).Token);
    }

    [Theory]
    [InlineData("a: [", "KubeconfigInvalid", "Line ")]
    [InlineData("- a\n", "KubeconfigInvalid", "no mapping")]
    [InlineData("", "ContextNotFound", "no current context")]
    [InlineData("current-context: gone\n", "ContextNotFound", "no context 'gone'")]
    [InlineData("current-context: a\ncontexts:\n- { name: a, context: { cluster: gone } }\n", "KubeconfigInvalid", "cluster 'gone'")]
    [InlineData(
        "current-context: a\ncontexts:\n- { name: a, context: { cluster: c } }\nclusters:\n- { name: c, cluster: { server: 'http://' } }\n",
        "KubeconfigInvalid",
        "no address")]
    [InlineData(
        "current-context: a\ncontexts:\n- { name: a, context: { cluster: c, user: u } }\nclusters:\n- { name: c, cluster: { server: "
            + "'https://a' } }\nusers:\n- { name: u, user: { auth-provider: { name: gcp } } }\n",
        "KubeconfigInvalid",
        "exec plugin")]
    [InlineData(
        "current-context: a\ncontexts:\n- { name: a, context: { cluster: c, user: u } }\nclusters:\n- { name: c, cluster: { server: "
            + "'https://a', certificate-authority-data: 'bm90IHBlbQ==' } }\nusers: []\n",
        "KubeconfigInvalid",
        "user 'u'")]
    public void What_is_wrong_is_named_with_its_file(string text, string id, string words)
    {
        var path = Write("config", text);
        var fault = Assert.ThrowsAny<DeployException>(() => Load(path));
        Assert.Equal(id, fault.Id);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_is_named()
    {
        var fault = Assert.ThrowsAny<DeployException>(() => Load(Path.Combine(_folder, "nothing")));
        Assert.Equal("KubeconfigNotFound", fault.Id);
        Assert.Contains(Path.Combine(_folder, "nothing"), fault.Message, StringComparison.Ordinal);
    }

    private string Authority64 => Base64(_authority.Certificate.ExportCertificatePem());

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Config(string server, string user, string cluster = "") =>
        $$"""
        current-context: main
        clusters:
        - { name: c, cluster: { server: '{{server}}'{{(cluster.Length == 0 ? "" : ", " + cluster)}} } }
        users:
        - { name: u, user: { {{user}} } }
        contexts:
        - { name: main, context: { cluster: c, user: u } }

        """;

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private ClusterConnection Load(string? path, string? context = null, params (string Name, string Value)[] environment) =>
        KubeconfigLoader.Load(
            path,
            context,
            new KubeconfigEnvironment(
                name => environment.FirstOrDefault(one => one.Name == name).Value,
                Path.Combine(_folder, "home"),
                Path.Combine(_folder, "account")),
            _reporter);
}
