namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>How services are asked, as it is configured.</summary>
public class AccessSettingsTests
{
    [Fact]
    public void Keys_of_a_Secret_are_read()
    {
        var target = Documents.One(
            "prometheus: { service: 'monitoring/mimir:8443', tls: true, job: j, headers: { X-Scope-OrgID: team-a }, "
                + "credential: { secret: monitoring/mimir, token: token, clientCertificate: tls.crt, clientKey: tls.key, "
                + "certificateAuthority: ca.crt } }");

        var access = target.Prometheus!.Access;
        Assert.Equal(
            new CredentialReference("monitoring/mimir", "", "")
            {
                Token = "token",
                ClientCertificate = "tls.crt",
                ClientKey = "tls.key",
                CertificateAuthority = "ca.crt",
            },
            access.Credential);
        Assert.True(access.UsesTls);
        Assert.Equal("team-a", access.Headers["X-Scope-OrgID"]);
    }

    [Fact]
    public void Variables_are_read_for_every_service()
    {
        const string Variables = "credential: { env: { username: A, password: B } }";
        var target = Documents.One(
            $"health: {{ {Variables} }}, metricsEndpoint: {{ {Variables} }}, alertmanager: {{ url: 'https://a', {Variables} }}, "
                + $"grafana: {{ url: 'https://g', dashboard: d, {Variables} }}");

        Assert.All(
            [target.Health.Access, target.MetricsEndpoint.Access, target.Alertmanager!.Access, target.Grafana!.Access],
            access => Assert.Equal(new CredentialReference("", "A", "B") { IsEnvironment = true }, access.Credential));
    }

    [Fact]
    public void A_credential_is_inherited_whole_and_headers_one_by_one()
    {
        var target = Documents.Parse("""
            version: 1
            targets:
              base:
                namespace: n
                deployment: d
                environment: e
                prometheus: { url: 'https://p', job: j, headers: { A: '1', B: '2' }, credential: { secret: s, username: u, password: p } }
              one: { extends: base, prometheus: { headers: { B: '3' }, credential: { env: { token: T } } } }
            """).GetTarget("one");

        Assert.Equal(new CredentialReference("", "", "") { IsEnvironment = true, Token = "T" }, target.Prometheus!.Access.Credential);
        Assert.Equal(["1", "3"], target.Prometheus.Access.Headers.OrderBy(one => one.Key).Select(one => one.Value));
    }
}
