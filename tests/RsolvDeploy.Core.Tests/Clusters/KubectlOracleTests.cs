using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>
/// Every kubeconfig leads to the same request as with kubectl: the same path, credential, certificates and impersonation, or to an error
/// on both sides.
/// </summary>
public sealed class KubectlOracleTests : IAsyncLifetime
{
    private const string Exec = "exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./plugin.sh";

    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-oracle-").FullName;
    private readonly TestAuthority _authority = new();
    private readonly ConcurrentQueue<string> _seen = new();
    private int _intermediates;
    private ScriptedApi _api = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync(_authority.Issue("127.0.0.1", also: "inner.example"), AnswerAsync, https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, chain, _) =>
            {
                _intermediates = chain?.ChainPolicy.ExtraStore.Count ?? 0;
                return true;
            };
        });
        Write("ca.pem", _authority.Certificate.ExportCertificatePem());
        Write("token.txt", "from-file\n");
        Write(
            "plugin.sh",
            "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho run >> run\nprintf '%s' \"$KUBERNETES_EXEC_INFO\" > info\ncat answer\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_folder, "plugin.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Write("answer", Answer("\"token\":\"from-plugin\""));
        WriteCertificates();
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("a token", "token: abc")]
    [InlineData("a token that looks like a boolean", "token: 'yes'")]
    [InlineData("a token file", "tokenFile: token.txt")]
    [InlineData("a token file beside a token", "tokenFile: token.txt, token: abc")]
    [InlineData("a token beside a token file that is missing", "tokenFile: nothing, token: abc")]
    [InlineData("a token file that is missing", "tokenFile: nothing")]
    [InlineData("a token with a trailing line break", "token: \"abc\\n\"")]
    [InlineData("a token with a line break", "token: \"a\\nb\"")]
    [InlineData("a password", "username: jörg, password: 'p:w'")]
    [InlineData("a password beside a token", "username: a, password: b, token: c")]
    [InlineData("a token beside a plugin", Exec + " }, token: abc")]
    [InlineData("a token file beside a plugin", Exec + " }, tokenFile: token.txt")]
    [InlineData("a password beside a plugin", Exec + " }, username: a, password: b")]
    [InlineData("a certificate beside a plugin", Exec + " }, client-certificate: leaf.pem, client-key: leaf.key")]
    [InlineData("a plugin", Exec + " }")]
    [InlineData("a plugin of v1beta1", "exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin.sh }")]
    [InlineData("a plugin of v1alpha1", "exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: ./plugin.sh }")]
    [InlineData(
        "a plugin that is missing",
        "exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: nothing-here }")]
    [InlineData(
        "a plugin that asks",
        "exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always, command: ./plugin.sh }")]
    [InlineData(
        "a plugin that may ask",
        "exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: IfAvailable, command: ./plugin.sh }")]
    [InlineData("a plugin of v1 without a mode", "exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh }")]
    [InlineData("a plugin beside a provider", Exec + " }, auth-provider: { name: oidc }")]
    [InlineData("an id-token", "auth-provider: { name: oidc, config: { idp-issuer-url: 'https://i', client-id: c, id-token: {valid} } }")]
    [InlineData(
        "an id-token that expired",
        "auth-provider: { name: oidc, config: { idp-issuer-url: 'https://i', client-id: c, id-token: {expired} } }")]
    [InlineData(
        "an id-token that is none",
        "auth-provider: { name: oidc, config: { idp-issuer-url: 'https://i', client-id: c, id-token: a.b.c } }")]
    [InlineData(
        "a token beside a provider",
        "token: abc, auth-provider: { name: oidc, config: { idp-issuer-url: 'https://i', client-id: c, id-token: {valid} } }")]
    [InlineData("the provider gcp", "auth-provider: { name: gcp }")]
    [InlineData("the provider azure", "auth-provider: { name: azure }")]
    [InlineData("an unknown provider", "auth-provider: { name: mine }")]
    [InlineData("a certificate in files", "client-certificate: leaf.pem, client-key: leaf.key")]
    [InlineData("a certificate in place", "client-certificate-data: {leaf.pem}, client-key-data: {leaf.key}")]
    [InlineData(
        "a certificate in place and in a file that is missing",
        "client-certificate-data: {leaf.pem}, client-key-data: {leaf.key}, client-certificate: nothing")]
    [InlineData("a certificate with its intermediate", "client-certificate: chain.pem, client-key: leaf.key")]
    [InlineData("a certificate and its key in one file", "client-certificate: both.pem, client-key: both.pem")]
    [InlineData("a key of SEC1", "client-certificate: leaf.pem, client-key: leaf.sec1.key")]
    [InlineData("an RSA key of PKCS1", "client-certificate: rsa.pem, client-key: rsa.key")]
    [InlineData("a key on P-384", "client-certificate: p384.pem, client-key: p384.key")]
    [InlineData("a key on P-521", "client-certificate: p521.pem, client-key: p521.key")]
    [InlineData("an encrypted key", "client-certificate: leaf.pem, client-key: encrypted.key")]
    [InlineData("a key of another certificate", "client-certificate: leaf.pem, client-key: rsa.key")]
    [InlineData("a certificate without a key", "client-certificate: leaf.pem")]
    [InlineData("a certificate that is no base64", "client-certificate-data: '*', client-key-data: '*'")]
    [InlineData("a certificate and a token", "client-certificate: leaf.pem, client-key: leaf.key, token: abc")]
    [InlineData(
        "impersonation",
        "token: a, as: jane, as-groups: ['system:x'], as-uid: '7', as-user-extra: { scopes: [a], 'example.org/x y': [c] }")]
    [InlineData("impersonation of a name with other letters", "token: a, as: Jörg")]
    [InlineData("impersonation with a line break", "token: a, as: \"a\\nb\"")]
    [InlineData("groups without a user", "token: a, as-groups: [dev]")]
    [InlineData("a uid without a user", "token: a, as-uid: x")]
    [InlineData("a token that is a number", "token: 12345")]
    [InlineData("a token that is null", "token: null, tokenFile: token.txt")]
    [InlineData("an empty token beside a file", "token: '', tokenFile: token.txt")]
    [InlineData("nothing but null", "exec: null, auth-provider: null, token: abc")]
    [InlineData("groups that are no list", "token: a, as: jane, as-groups: dev")]
    [InlineData("extra that is no list", "token: a, as: jane, as-user-extra: { a: b }")]
    [InlineData("a name that is a number", "token: a, as: 7")]
    [InlineData("arguments that are no list", Exec + ", args: --x }")]
    [InlineData("an environment that is a mapping", Exec + ", env: { A: b } }")]
    [InlineData(
        "a mode in lower case",
        "exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: never, command: ./plugin.sh }")]
    [InlineData(
        "a mode of another name in v1beta1",
        "exec: { apiVersion: client.authentication.k8s.io/v1beta1, interactiveMode: Nobody, command: ./plugin.sh }")]
    [InlineData("a plugin beside an empty token", Exec + " }, token: ''")]
    [InlineData("an empty certificate beside a token", "client-certificate-data: '', client-key-data: '', token: abc")]
    [InlineData("a certificate with text before it", "client-certificate: text.pem, client-key: leaf.key")]
    [InlineData("a key with its parameters", "client-certificate: leaf.pem, client-key: parameters.key")]
    [InlineData("unknown keys", "token: abc, Token: other, unknown: { a: 1 }")]
    public Task A_user_is_read_as_kubectl_reads_it(string what, string user) =>
        CompareAsync(what, Path.Combine(_folder, "config"), Config("{server}", user, "certificate-authority: ca.pem"));

    [Theory]
    [InlineData("an authority in place", "{server}", "certificate-authority-data: {ca.pem}")]
    [InlineData("an authority in place and in a file that is missing", "{server}",
        "certificate-authority-data: {ca.pem}, certificate-authority: nothing")]
    [InlineData("an authority of many", "{server}", "certificate-authority: many.pem")]
    [InlineData("an authority that is no PEM", "{server}", "certificate-authority-data: 'bm90IHBlbQ=='")]
    [InlineData("another authority", "{server}", "certificate-authority: other.pem")]
    [InlineData("no authority", "{server}", "")]
    [InlineData("no verification", "{server}", "insecure-skip-tls-verify: true")]
    [InlineData("no verification, as YAML 1.1 says it", "{server}", "insecure-skip-tls-verify: yes")]
    [InlineData("no verification, as a text", "{server}", "insecure-skip-tls-verify: 'true'")]
    [InlineData("verification", "{server}", "insecure-skip-tls-verify: off, certificate-authority: ca.pem")]
    [InlineData("no verification beside an authority", "{server}", "insecure-skip-tls-verify: true, certificate-authority: ca.pem")]
    [InlineData("a name that the certificate has not", "{server}", "tls-server-name: example.org, certificate-authority: ca.pem")]
    [InlineData("a path", "{server}/k8s/clusters/c-1", "certificate-authority: ca.pem")]
    [InlineData("a path with a slash", "{server}/k8s/", "certificate-authority: ca.pem")]
    [InlineData("a host and a port", "{host}", "certificate-authority: ca.pem")]
    [InlineData("a host without TLS", "{host}", "")]
    [InlineData("no server", "", "certificate-authority: ca.pem")]
    [InlineData("a server that is no address", "http://", "certificate-authority: ca.pem")]
    [InlineData("a proxy", "{server}", "proxy-url: 'http://{proxy}', certificate-authority: ca.pem")]
    [InlineData("a proxy with a password", "{server}", "proxy-url: 'http://us%40er:pass@{proxy}', certificate-authority: ca.pem")]
    [InlineData("a proxy of another scheme", "{server}", "proxy-url: 'ftp://{proxy}', certificate-authority: ca.pem")]
    [InlineData("a name that the certificate has", "{server}", "tls-server-name: inner.example, certificate-authority: ca.pem")]
    [InlineData("slashes twice", "{server}//k8s//x", "certificate-authority: ca.pem")]
    [InlineData("a null authority", "{server}", "certificate-authority: null, certificate-authority-data: {ca.pem}")]
    [InlineData("an authority with CRLF", "{server}", "certificate-authority: crlf-ca.pem")]
    [InlineData("no compression", "{server}", "disable-compression: true, certificate-authority: ca.pem")]
    public async Task A_cluster_is_read_as_kubectl_reads_it(string what, string server, string cluster)
    {
        await using var proxy = new TunnelProxy(cluster.Contains("pass@", StringComparison.Ordinal) ? "us@er:pass" : null);
        Write("other.pem", new TestAuthority("other").Certificate.ExportCertificatePem());
        Write("many.pem", File.ReadAllText(Path.Combine(_folder, "other.pem")) + "\n" + File.ReadAllText(Path.Combine(_folder, "ca.pem")));
        var text = Config(server, "token: abc", cluster.Replace("{proxy}", proxy.Authority, StringComparison.Ordinal));
        await CompareAsync(what, Path.Combine(_folder, "config"), text);
        // By each of them, or by none; kubectl may open more than one connection.
        Assert.Equal(cluster.Contains("'http://", StringComparison.Ordinal), proxy.Targets.Count >= 2);
    }

    [Fact]
    public async Task Without_TLS_no_credential_is_sent()
    {
        await using var open = await ScriptedApi.StartAsync(null, AnswerAsync);
        await CompareAsync(
            "http", Path.Combine(_folder, "config"), Config(open.Address.ToString().TrimEnd('/'), "token: abc, as: jane", ""));
        Assert.DoesNotContain("abc", _seen.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("several documents", "{config}---\ncurrent-context: other\n")]
    [InlineData("an empty document before", "---\n---\n{config}")]
    [InlineData("a document marker", "---\n{config}")]
    [InlineData("a directive", "%YAML 1.1\n---\n{config}")]
    [InlineData("a byte order mark", "\ufeff{config}")]
    [InlineData("a key twice", "current-context: other\n{config}")]
    [InlineData("a context twice", "{config}- { name: main, context: { cluster: c } }\n")]
    [InlineData("no such context", "{config}current-context: gone\n")]
    [InlineData("tabs", "{config}\tx: 1\n")]
    [InlineData("a list", "- a\n")]
    [InlineData("kind and version", "apiVersion: v1\nkind: Config\n{config}")]
    [InlineData("another kind", "apiVersion: v1\nkind: Secret\n{config}")]
    [InlineData("another version", "apiVersion: v2\nkind: Config\n{config}")]
    [InlineData("a kind without a version", "kind: Config\n{config}")]
    [InlineData("another kind without a version", "kind: Foo\n{config}")]
    [InlineData("nothing", "")]
    [InlineData(
        "anchors and merge keys",
        "base: &base { server: 'https://127.0.0.1:1', certificate-authority: ca.pem }\ncurrent-context: main\n"
        + "clusters:\n- name: c\n  cluster: { <<: *base, server: '{server}' }\nusers: [{ name: u, user: &u { token: abc } }]\n"
        + "contexts: [{ name: main, context: { cluster: c, user: u } }]\n")]
    [InlineData(
        "merge keys of several",
        "a: &a { server: '{server}' }\nb: &b { server: 'https://127.0.0.1:1', certificate-authority: ca.pem }\n"
        + "current-context: main\nclusters:\n- { name: c, cluster: { <<: [*a, *b] } }\nusers: [{ name: u, user: { token: abc } }]\n"
        + "contexts: [{ name: main, context: { cluster: c, user: u } }]\n")]
    [InlineData("a user without settings", "{config}users: [{ name: u }]\n")]
    [InlineData("an entry that is null", "{config}users: [null, { name: u, user: { token: abc } }]\n")]
    [InlineData("an entry that is a text", "{config}users: [x, { name: u, user: { token: abc } }]\n")]
    [InlineData("a name that is a number", "{config}users: [{ name: 7, user: {} }, { name: u, user: { token: abc } }]\n")]
    [InlineData("an empty context", "{config}current-context: ''\n")]
    [InlineData("a null context", "{config}current-context: null\n")]
    [InlineData("a user twice", "{config}users: [{ name: u, user: { token: one } }, { name: u, user: { token: two } }]\n")]
    [InlineData(
        "a cluster twice",
        "{config}clusters: [{ name: c, cluster: { server: '{server}' } }, { name: c, cluster: { server: 'https://127.0.0.1:1' } }]\n")]
    [InlineData("another context that is broken", "{config}- { name: second, context: { cluster: gone, user: gone } }\n")]
    [InlineData("a context without a user", "{config}contexts: [{ name: main, context: { cluster: c } }]\n")]
    [InlineData("a namespace that is none", "{config}contexts: [{ name: main, context: { cluster: c, user: u, namespace: A_B } }]\n")]
    [InlineData("JSON", "{ \"current-context\": \"main\", \"clusters\": [{ \"name\": \"c\", \"cluster\": { \"server\": \"{server}\", "
        + "\"certificate-authority\": \"ca.pem\" } }], \"users\": [{ \"name\": \"u\", \"user\": { \"token\": \"abc\" } }], "
        + "\"contexts\": [{ \"name\": \"main\", \"context\": { \"cluster\": \"c\", \"user\": \"u\" } }] }")]
    public Task A_file_is_read_as_kubectl_reads_it(string what, string text) => CompareAsync(
        what,
        Path.Combine(_folder, "config"),
        text.Replace("{config}", Config("{server}", "token: abc", "certificate-authority: ca.pem"), StringComparison.Ordinal));

    [Fact]
    public async Task Several_files_are_merged_as_kubectl_merges_them()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        Write("sub/token.txt", "of-sub");
        Write("first", "users: [{ name: u, user: { token: one } }]\n");
        Write("sub/second", Filled(Config("{server}", "token: two, username: x", "certificate-authority: ../ca.pem")
            + "- { name: third, context: { cluster: c, user: v } }\n"));
        Write("sub/third", "users: [{ name: v, user: { tokenFile: token.txt } }]\ncurrent-context: third\n");
        string[] files = ["missing", "first", "sub/second", "sub/third"];
        var list = string.Join(Path.PathSeparator, files.Select(one => Path.Combine(_folder, one)));
        await CompareAsync("several files", null, "", ("KUBECONFIG", list));
        Assert.Contains("one", _seen.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("provideClusterInfo: false", "certificate-authority: ca.pem")]
    [InlineData("provideClusterInfo: true", "certificate-authority: ca.pem")]
    [InlineData("provideClusterInfo: true", "insecure-skip-tls-verify: true, tls-server-name: x, disable-compression: true, extensions: "
        + "[{ name: other, extension: { z: 1 } }, "
        + "{ name: client.authentication.k8s.io/exec, extension: { a: b, n: 3, t: yes, l: [1, '2', 1.5] } }]")]
    public async Task A_plugin_is_given_what_kubectl_gives_it(string exec, string cluster)
    {
        var config = Config("{server}", $"{Exec}, {exec} }}", cluster);
        Write("config", Filled(config));
        await KubectlAsync(Path.Combine(_folder, "config"));
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "info")));
        File.Delete(Path.Combine(_folder, "info"));
        await OwnAsync(Path.Combine(_folder, "config"), []);
        var actual = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "info")));
        Assert.True(JsonNode.DeepEquals(expected, actual), $"kubectl gives {expected}, RsolvDeploy {actual}");
    }

    [Theory]
    [InlineData("\"token\":\"t\\n\"")]
    [InlineData("\"token\":\"\",\"clientCertificateData\":{chain},\"clientKeyData\":{key}")]
    [InlineData("\"token\":\"t\",\"clientCertificateData\":\"\",\"clientKeyData\":\"\"")]
    [InlineData("\"token\":\"t\",\"clientCertificateData\":\"\",\"clientKeyData\":\"x\"")]
    [InlineData("\"token\":\"\"")]
    [InlineData("\"token\":\"t\",\"expirationTimestamp\":\"soon\"")]
    [InlineData("\"token\":\"t\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"")]
    [InlineData("\"token\":\"t\",\"expirationTimestamp\":\"2099-01-01\"")]
    [InlineData("\"token\":\"t\",\"expirationTimestamp\":\"2099-01-01T00:00:00.123456789+02:00\"")]
    [InlineData("\"token\":7")]
    [InlineData("\"token\":\"a\",\"token\":\"b\"")]
    [InlineData("\"clientCertificateData\":\"x\"")]
    [InlineData("\"clientCertificateData\":\"x\",\"clientKeyData\":\"y\"")]
    [InlineData("")]
    [InlineData("\"clientCertificateData\":{chain},\"clientKeyData\":{key}")]
    [InlineData("\"clientCertificateData\":{chain},\"clientKeyData\":{key},\"token\":\"t\"")]
    public async Task An_answer_of_a_plugin_is_read_as_kubectl_reads_it(string status)
    {
        Write("answer", Answer(status
            .Replace("{chain}", Quoted("chain.pem"), StringComparison.Ordinal)
            .Replace("{key}", Quoted("leaf.key"), StringComparison.Ordinal)));
        await CompareAsync(status, Path.Combine(_folder, "config"), Config("{server}", Exec + " }", "certificate-authority: ca.pem"));
    }

    [Theory]
    [InlineData("YAML", "apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus:\n  token: t\n")]
    [InlineData("a BOM", "\ufeff{answer}")]
    [InlineData("a line before", "logged in\n{answer}")]
    [InlineData("nothing", "")]
    [InlineData("no kind", "{ \"apiVersion\": \"client.authentication.k8s.io/v1\", \"status\": { \"token\": \"t\" } }")]
    [InlineData(
        "another kind",
        "{ \"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"Secret\", \"status\": { \"token\": \"t\" } }")]
    public async Task An_output_of_a_plugin_is_read_as_kubectl_reads_it(string what, string output)
    {
        Write("answer", output.Replace("{answer}", Answer("\"token\":\"t\""), StringComparison.Ordinal));
        await CompareAsync(what, Path.Combine(_folder, "config"), Config("{server}", Exec + " }", "certificate-authority: ca.pem"));
    }

    [Theory]
    [InlineData("{a}{:}{a}")]
    [InlineData("{:}{a}{:}")]
    [InlineData("{dir}{:}{a}")]
    [InlineData("{broken}{:}{a}")]
    [InlineData(" {a} ")]
    public async Task The_list_of_files_is_read_as_kubectl_reads_it(string list)
    {
        Write("a", Filled(Config("{server}", "token: a", "certificate-authority: ca.pem")));
        Write("broken", "a: [");
        await CompareAsync(list, null, "", ("KUBECONFIG", list
            .Replace("{a}", Path.Combine(_folder, "a"), StringComparison.Ordinal)
            .Replace("{broken}", Path.Combine(_folder, "broken"), StringComparison.Ordinal)
            .Replace("{dir}", _folder, StringComparison.Ordinal)
            .Replace("{:}", $"{Path.PathSeparator}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_answer_of_another_version_is_refused()
    {
        Write("answer", Answer("\"token\":\"t\"").Replace("/v1\"", "/v1beta1\"", StringComparison.Ordinal));
        await CompareAsync("version", Path.Combine(_folder, "config"), Config("{server}", Exec + " }", "certificate-authority: ca.pem"));
    }

    [Theory]
    [InlineData("10.244.0.1", "10.0.0.0/8", true)]
    [InlineData("10.244.0.1", "10.244.0.0/24,x", true)]
    [InlineData("10.244.0.1", "192.168.0.0/16", false)]
    [InlineData("10.244.0.1", "10.244.0.1", true)]
    [InlineData("10.244.0.1", "10.244.0.1:6443", true)]
    [InlineData("10.244.0.1", "10.244.0.1:443", false)]
    [InlineData("10.244.0.1", "10.244.0.", false)]
    [InlineData("10.244.0.1", "*", true)]
    [InlineData("10.244.0.1", "", false)]
    [InlineData("api.example.test", "example.test", true)]
    [InlineData("api.example.test", ".example.test", true)]
    [InlineData("api.example.test", "*.example.test", true)]
    [InlineData("example.test", ".example.test", false)]
    [InlineData("example.test", "*.example.test", false)]
    [InlineData("example.test", "example.test:6443", true)]
    [InlineData("example.test", "example.test:443", false)]
    [InlineData("notexample.test", "example.test", false)]
    [InlineData("API.Example.test", " Example.TEST , a", true)]
    [InlineData("[fd00::1]", "fd00::/8", true)]
    [InlineData("[fd00::1]", "fd00::1", true)]
    [InlineData("[fd00::1]", "[fd00::1]:6443", true)]
    [InlineData("localhost", "", true)]
    [InlineData("127.0.0.2", "", true)]
    public async Task The_proxy_of_the_environment_is_used_when_kubectl_uses_it(string host, string noProxy, bool direct)
    {
        await using var proxy = new TunnelProxy();
        var server = $"https://{host}:6443";
        Write("config", Config(server, "token: a", ""));
        Dictionary<string, string> variables = new() { ["HTTPS_PROXY"] = proxy.Authority, ["NO_PROXY"] = noProxy };
        await Kubectl.RunAsync(
            ["--kubeconfig", Path.Combine(_folder, "config"), "--request-timeout", "1s", "get", "--raw", "/version"], variables, Ct);
        Assert.Equal(direct, proxy.Targets.IsEmpty);
        Assert.Equal(direct, EnvironmentProxy.Find(new Uri(server), variables.GetValueOrDefault) is null);
    }

    [Theory]
    [InlineData("as-groups: [a, b]", "Impersonate-Group")]
    [InlineData("as-user-extra: { k: [a, b] }", "Impersonate-Extra-k")]
    public async Task Several_values_of_one_header_are_refused_with_the_reason(string several, string name)
    {
        // kubectl sends each in a header of its own, .NET cannot.
        Write("config", Filled(Config("{server}", $"token: a, as: jane, {several}", "certificate-authority: ca.pem")));
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => OwnAsync(Path.Combine(_folder, "config"), []));
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.Contains(".NET", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Ed25519_key_is_refused_with_the_reason()
    {
        // kubectl can use it, .NET cannot.
        Write("config", Filled(Config("{server}", "client-certificate: ed.pem, client-key: ed.key", "certificate-authority: ca.pem")));
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => OwnAsync(Path.Combine(_folder, "config"), []));
        Assert.Contains("Ed25519", fault.Message, StringComparison.Ordinal);
        Assert.Contains("P-256", fault.Message, StringComparison.Ordinal);
    }

    private async Task CompareAsync(string what, string? path, string text, params (string Name, string Value)[] variables)
    {
        if (path is not null) Write(Path.GetRelativePath(_folder, path), Filled(text));
        var kubectl = await KubectlAsync(path, variables);
        var plugin = RunsOfPlugin();
        string? own = null;
        DeployException? fault = null;
        try
        {
            own = await OwnAsync(path, variables);
        }
        catch (DeployException e)
        {
            fault = e;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: kubectl {kubectl ?? "fails"}; RsolvDeploy {own ?? fault!.Message}");
        Assert.Equal(kubectl, own);
        Assert.Equal(plugin > 0, RunsOfPlugin() > 0);
        if (fault is not null) Assert.False(fault.Id is "Unexpected" or "", $"{what}: {fault.Message}");
    }

    private async Task<string?> KubectlAsync(string? path, params (string Name, string Value)[] variables)
    {
        _intermediates = 0;
        _seen.Clear();
        var all = variables.ToDictionary(one => one.Name, one => one.Value);
        all["HOME"] = _folder;
        string[] file = path is null ? [] : ["--kubeconfig", path];
        var result = await Kubectl.RunAsync([.. file, "--request-timeout", "10s", "version", "--output", "json"], all, Ct);
        if (_seen.IsEmpty) TestContext.Current.TestOutputHelper?.WriteLine($"kubectl: {result.Output}");
        return _seen.LastOrDefault();
    }

    private async Task<string?> OwnAsync(string? path, (string Name, string Value)[] variables)
    {
        _intermediates = 0;
        _seen.Clear();
        var environment = new KubeconfigEnvironment(
            name => variables.FirstOrDefault(one => one.Name == name).Value, _folder, Path.Combine(_folder, "account"));
        var connection = KubeconfigLoader.Load(path, null, environment, SilentReporter.Instance);
        using var cluster = new ClusterClient(connection, SilentReporter.Instance, new ObservedTime { SkipsDelays = true });
        await cluster.GetVersionAsync(Ct);
        return _seen.LastOrDefault();
    }

    private Task AnswerAsync(HttpContext http)
    {
        var headers = http.Request.Headers
            .Where(header => header.Key is "Authorization" || header.Key.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase))
            .SelectMany(header => header.Value.Select(value => $"{Uri.UnescapeDataString(header.Key.ToLowerInvariant())}={value}"))
            .Order(StringComparer.Ordinal);
        var certificate = $"{http.Connection.ClientCertificate?.Subject}+{_intermediates}";
        _seen.Enqueue($"{http.Request.Host} {http.Request.Path} {string.Join(' ', headers)} {certificate}");
        return http.Response.WriteAsync("""{ "major": "1", "minor": "36", "gitVersion": "v1.36.2" }""", Ct);
    }

    private int RunsOfPlugin()
    {
        var file = Path.Combine(_folder, "run");
        if (!File.Exists(file)) return 0;
        var runs = File.ReadAllLines(file).Length;
        File.Delete(file);
        return runs;
    }

    private void WriteCertificates()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Certificate("CN=client root", rootKey, null, null);
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middle = Certificate("CN=client intermediate", middleKey, root, rootKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Certificate("CN=leaf", key, middle, middleKey);
        Write("leaf.pem", leaf.ExportCertificatePem());
        Write("leaf.key", key.ExportPkcs8PrivateKeyPem());
        Write("leaf.sec1.key", key.ExportECPrivateKeyPem());
        Write("chain.pem", leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem() + "\n");
        Write("both.pem", key.ExportPkcs8PrivateKeyPem() + "\n" + leaf.ExportCertificatePem() + "\n");
        Write("encrypted.key", key.ExportEncryptedPkcs8PrivateKeyPem("p", new PbeParameters(
            PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        foreach (var (name, curve) in new[] { ("p384", ECCurve.NamedCurves.nistP384), ("p521", ECCurve.NamedCurves.nistP521) })
        {
            using var other = ECDsa.Create(curve);
            using var issued = Certificate($"CN={name}", other, root, rootKey);
            Write($"{name}.pem", issued.ExportCertificatePem());
            Write($"{name}.key", other.ExportPkcs8PrivateKeyPem());
        }

        using var rsa = RSA.Create(2048);
        using var byRsa = new CertificateRequest("CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Write("rsa.pem", byRsa.ExportCertificatePem());
        Write("rsa.key", rsa.ExportRSAPrivateKeyPem());
        Write("text.pem", "Certificate:\n  Data: x\n" + leaf.ExportCertificatePem() + "\nmore\n");
        Write("crlf-ca.pem", File.ReadAllText(Path.Combine(_folder, "ca.pem")).ReplaceLineEndings("\r\n"));
        Write(
            "parameters.key",
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key.ExportECPrivateKeyPem());
        Write("ed.pem", Ed25519.Certificate);
        Write("ed.key", Ed25519.Key);
    }

    private static X509Certificate2 Certificate(string name, ECDsa key, X509Certificate2? issuer, ECDsa? issuerKey)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var isAuthority = name.Contains("client", StringComparison.Ordinal);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return issuer is null
            ? request.CreateSelfSigned(from, until)
            : request.Create(
                issuer.SubjectName,
                X509SignatureGenerator.CreateForECDsa(issuerKey!),
                from,
                until,
                RandomNumberGenerator.GetBytes(16));
    }

    private string Quoted(string file) => JsonValue.Create(File.ReadAllText(Path.Combine(_folder, file))).ToJsonString();

    private static string Answer(string status) =>
        $$"""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{ {{status}} } }""";

    private static string Token(DateTimeOffset expires) => string.Join('.', new[]
    {
        """{"alg":"none"}""", $$"""{"sub":"x","exp":{{expires.ToUnixTimeSeconds()}}}""", "signature",
    }.Select(part => Convert.ToBase64String(Encoding.UTF8.GetBytes(part)).TrimEnd('=').Replace('+', '-').Replace('/', '_')));

    private string Filled(string text)
    {
        text = text
            .Replace("{server}", _api.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{host}", _api.Address.Authority, StringComparison.Ordinal)
            .Replace("{valid}", Token(DateTimeOffset.UtcNow.AddHours(1)), StringComparison.Ordinal)
            .Replace("{expired}", Token(DateTimeOffset.UtcNow.AddHours(-1)), StringComparison.Ordinal);
        foreach (var name in new[] { "ca.pem", "leaf.pem", "leaf.key" })
        {
            var data = Convert.ToBase64String(File.ReadAllBytes(Path.Combine(_folder, name)));
            text = text.Replace("{" + name + "}", data, StringComparison.Ordinal);
        }

        return text;
    }

    private static string Config(string server, string user, string cluster) =>
        $$"""
        apiVersion: v1
        kind: Config
        current-context: main
        clusters:
        - { name: c, cluster: { server: '{{server}}'{{(cluster.Length == 0 ? "" : ", " + cluster)}} } }
        users:
        - { name: u, user: { {{user}} } }
        contexts:
        - { name: main, context: { cluster: c, user: u } }

        """;

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows() && !name.EndsWith(".sh", StringComparison.Ordinal))
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
