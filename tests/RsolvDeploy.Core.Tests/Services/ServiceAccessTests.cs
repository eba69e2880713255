using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Redaction;
using RsolvDeploy.Services;
using RsolvDeploy.Smoke;

namespace RsolvDeploy.Core.Tests.Services;

/// <summary>Credentials and headers reach their service, over TLS, and nobody else.</summary>
public sealed class ServiceAccessTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly X509Certificate2 _root = TestCertificates.Issue("Test Root", null, Now.AddDays(-30), Now.AddDays(300));
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _client;
    private readonly Redactor _redactor = new();
    private readonly List<string> _variables = [];

    public ServiceAccessTests()
    {
        _certificate = TestCertificates.Issue("localhost", _root, Now.AddDays(-1), Now.AddDays(90));
        _client = TestCertificates.Issue("operator", _root, Now.AddDays(-1), Now.AddDays(90));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_certificate_a_token_and_a_tenant_arrive_together()
    {
        await using CredentialServer server = await StartAsync(ClientCertificateMode.RequireCertificate);
        var credential = new CredentialReference("", "", "")
        {
            IsEnvironment = true,
            Token = Variable("the-token-of-mimir"),
            ClientCertificate = Variable(CredentialServer.Pem(_client)),
            ClientKey = Variable(CredentialServer.KeyPem(_client)),
            CertificateAuthority = Variable(CredentialServer.Pem(_root)),
        };

        await QueryAsync(server.Address, credential);

        IHeaderDictionary asked = Assert.Single(server.Asked);
        Assert.Equal("Bearer the-token-of-mimir", asked.Authorization);
        Assert.Equal("team-a", asked["X-Scope-OrgID"]);
    }

    [Fact]
    public async Task Without_the_client_certificate_and_without_the_authority_nothing_is_answered()
    {
        await using CredentialServer server = await StartAsync(ClientCertificateMode.RequireCertificate);

        DeployException refused = await Assert.ThrowsAsync<DeployException>(() => QueryAsync(
            server.Address,
            new CredentialReference("", "", "")
            {
                IsEnvironment = true,
                Token = Variable("the-token"),
                CertificateAuthority = Variable(CredentialServer.Pem(_root)),
            }));
        DeployException untrusted = await Assert.ThrowsAsync<DeployException>(() => QueryAsync(server.Address, Token("the-token")));

        Assert.StartsWith("Prometheus", refused.Id, StringComparison.Ordinal);
        Assert.Equal("PrometheusUntrusted", untrusted.Id);
        Assert.Contains("certificateAuthority", untrusted.Remedy, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task A_name_and_a_password_arrive_and_the_redactor_knows_every_form()
    {
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, async http =>
        {
            if (http.Request.Headers.Authorization == $"Basic {Convert.ToBase64String("me:open-sesame"u8)}")
                await CredentialServer.PrometheusAsync(http);
            else http.Response.StatusCode = 401;
        });

        await QueryAsync(
            new Uri($"http://localhost:{server.Port}/"),
            new CredentialReference("", Variable("me"), Variable("open-sesame")) { IsEnvironment = true });

        string text = _redactor.Apply($"open-sesame {Convert.ToBase64String("me:open-sesame"u8)}");
        Assert.DoesNotContain("sesame", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("me:open-sesame"u8), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_is_not_sent_in_clear_text_but_a_tenant_is()
    {
        var address = new Uri("http://prometheus.invalid/");

        DeployException error = await Assert.ThrowsAsync<DeployException>(() => QueryAsync(address, Token("the-token")));
        DeployException unreachable = await Assert.ThrowsAsync<DeployException>(() => QueryAsync(address, null));

        Assert.Equal("AddressInsecure", error.Id);
        Assert.DoesNotContain("the-token", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("PrometheusUnreachable", unreachable.Id);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        int stolen = 0;
        await using PlatformServer other = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            stolen++;
            return CredentialServer.PrometheusAsync(http);
        });
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            http.Response.Redirect($"http://127.0.0.1:{other.Port}{http.Request.Path}", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        var address = new Uri($"http://localhost:{server.Port}/");

        await Assert.ThrowsAsync<DeployException>(() => QueryAsync(address, Token("the-token")));
        Assert.Equal(0, stolen);
        await Assert.ThrowsAsync<DeployException>(() => QueryAsync(address, null));
        Assert.Equal(0, stolen);
    }

    [Fact]
    public async Task What_the_operator_specifies_replaces_the_credential_and_leaves_the_certificates()
    {
        await using CredentialServer server = await StartAsync(ClientCertificateMode.NoCertificate);
        var credential = new CredentialReference("", "", "")
        {
            IsEnvironment = true,
            Token = "RSOLV_TEST_NEVER_SET",
            CertificateAuthority = Variable(CredentialServer.Pem(_root)),
        };

        await QueryAsync(server.Address, credential, new NetworkCredential("bearer", "specified-token"));
        await QueryAsync(server.Address, credential, new NetworkCredential("me", "specified-password"));

        Assert.Equal("Bearer specified-token", server.Asked[0].Authorization);
        Assert.Equal($"Basic {Convert.ToBase64String("me:specified-password"u8)}", server.Asked[1].Authorization);
        Assert.DoesNotContain("specified", _redactor.Apply("specified-token specified-password"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_renewed_is_read_again_after_a_refusal()
    {
        string valid = "first-token";
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            if (http.Request.Headers.Authorization == $"Bearer {valid}") return CredentialServer.PrometheusAsync(http);
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        string variable = Variable("first-token");
        using PrometheusClient client = Open(
            new Uri($"http://localhost:{server.Port}/"), new CredentialReference("", "", "") { IsEnvironment = true, Token = variable });
        await client.QueryAsync("up", Ct);

        valid = "second-token";
        Environment.SetEnvironmentVariable(variable, valid);
        DeployException refused = await Assert.ThrowsAsync<DeployException>(() => client.QueryAsync("up", Ct));

        Assert.Equal("PrometheusUnauthorized", refused.Id);
        Assert.Empty(await client.QueryAsync("up", Ct));
    }

    [Theory]
    [InlineData(null, "CredentialNotFound", "is not set")]
    [InlineData("no certificate at all", "CredentialInvalid", "there is no PEM certificate")]
    public async Task A_credential_that_cannot_be_read_is_an_error_that_names_it_and_not_its_value(string? value, string id, string reason)
    {
        var credential = new CredentialReference("", "", "")
        {
            IsEnvironment = true,
            CertificateAuthority = value is null ? "RSOLV_TEST_NEVER_SET" : Variable(value),
        };

        DeployException error = await Assert.ThrowsAsync<DeployException>(() => QueryAsync(new Uri("https://localhost:1/"), credential));

        Assert.Equal(id, error.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        if (value is not null) Assert.DoesNotContain(value, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metrics_endpoint_has_a_credential_of_its_own()
    {
        var asked = new Dictionary<string, string>();
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            lock (asked) asked[http.Request.Path] = http.Request.Headers.Authorization.ToString();
            return PlatformServer.HealthyAsync(http);
        });
        Target target = Target(new Uri($"http://localhost:{server.Port}/")) with
        {
            Health = new HealthSettings { Access = new ServiceAccessSettings { Credential = Token("health-token") } },
            MetricsEndpoint = new MetricsEndpointSettings { Access = new ServiceAccessSettings { Credential = Token("metrics-token") } },
        };
        using HttpClient http = PlatformAccess.Open(Access(target), target);

        HealthReport report = await new HealthProbe(http).ProbeAsync(target, null, Ct);

        Assert.Equal("Bearer health-token", asked["/health"]);
        Assert.Equal("Bearer metrics-token", asked["/metrics"]);
        Assert.DoesNotContain(report.Checks, check => check.Status is CheckStatus.Failed);
    }

    [Fact]
    public async Task A_refused_credential_is_an_error_and_a_platform_that_wants_one_fails()
    {
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        Target open = Target(new Uri($"http://localhost:{server.Port}/"));
        Target refused = open with
        {
            Health = new HealthSettings { Samples = 1, Access = new ServiceAccessSettings { Credential = Token("old-token") } },
            MetricsEndpoint = new MetricsEndpointSettings { Access = new ServiceAccessSettings { Credential = Token("old-token") } },
        };

        Assert.Equal(Verdict.Error, await ProbeAsync(refused));
        Assert.Equal(Verdict.Failed, await ProbeAsync(open));

        async Task<Verdict> ProbeAsync(Target target)
        {
            using HttpClient http = PlatformAccess.Open(Access(target), target);
            return VerdictRule.Decide((await new HealthProbe(http).ProbeAsync(target, null, Ct)).Checks);
        }
    }

    [Fact]
    public void Options_are_recorded_without_the_credential()
    {
        var credential = new NetworkCredential("me", "open-sesame");
        string[] recorded =
        [
            JsonSerializer.Serialize(new HealthOptions { Credential = credential }, HealthJson.Default.HealthOptions),
            JsonSerializer.Serialize(new SmokeOptions { Credential = credential }, SmokeJson.Default.SmokeOptions),
            JsonSerializer.Serialize(
                new VerificationOptions { Credential = credential }, VerificationJson.Default.VerificationOptions),
        ];

        Assert.All(recorded, text => Assert.DoesNotContain("redential", text, StringComparison.Ordinal));
        Assert.All(recorded, text => Assert.DoesNotContain("sesame", text, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        foreach (string name in _variables) Environment.SetEnvironmentVariable(name, null);
        _client.Dispose();
        _certificate.Dispose();
        _root.Dispose();
    }

    private Task<CredentialServer> StartAsync(ClientCertificateMode mode) =>
        CredentialServer.StartAsync(_certificate, _root, mode, CredentialServer.PrometheusAsync);

    private async Task QueryAsync(Uri address, CredentialReference? credential, NetworkCredential? specified = null)
    {
        using PrometheusClient client = Open(address, credential, specified);
        Assert.Empty(await client.QueryAsync("up", Ct));
    }

    private PrometheusClient Open(Uri address, CredentialReference? credential, NetworkCredential? specified = null)
    {
        var settings = new PrometheusSettings
        {
            Job = "any",
            Url = address,
            Access = new ServiceAccessSettings
            {
                Credential = credential,
                Headers = new Dictionary<string, string> { ["X-Scope-OrgID"] = "team-a" },
            },
        };
        ServiceAccess access = Access(Target(address));
        access.Specify(PrometheusFaults.Service, specified);
        return PrometheusClient.Open(settings, access, new ImmediateTime(Now));
    }

    private ServiceAccess Access(Target target) => new(target, null, _redactor);

    private CredentialReference Token(string value) => new("", "", "") { IsEnvironment = true, Token = Variable(value) };

    // A name of its own for each value: variables belong to the whole process.
    private string Variable(string value)
    {
        string name = $"RSOLV_TEST_{RandomNumberGenerator.GetHexString(16)}";
        Environment.SetEnvironmentVariable(name, value);
        _variables.Add(name);
        return name;
    }

    private static Target Target(Uri address) => new()
    {
        Name = "test",
        ConfigurationPath = "rsolv.yaml",
        Namespace = "test",
        Deployment = "web",
        Environment = "test",
        Url = address,
    };
}
