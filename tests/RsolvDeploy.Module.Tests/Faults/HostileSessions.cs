using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.GitHub;

namespace RsolvDeploy.Module.Tests.Faults;

/// <summary>One sandbox, and one session for each service that another server takes the place of.</summary>
public sealed class HostileSessions : IAsyncLifetime
{
    /// <summary>The variable that holds the address of the hook.</summary>
    private const string Hook = "RSOLV_TEST_HOSTILE_HOOK";

    private SandboxServer _sandbox = null!;

    /// <summary>The sandbox that all sessions share.</summary>
    internal SandboxServer Sandbox => _sandbox;

    /// <summary>The services, with the command that talks to each.</summary>
    internal IReadOnlyList<HostileService> Services { get; private set; } = [];

    /// <summary>The mail server, which speaks first.</summary>
    internal HostileService MailServer => Services[^1];

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        var keys = Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}");
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", keys);
        Environment.SetEnvironmentVariable("RSOLV_SANDBOX_GITHUB_TOKEN", GitHubKeys.Token);
        Environment.SetEnvironmentVariable("RSOLV_SANDBOX_STAGING_API_KEY", "sbxsecret-staging-api-key");
        Services = [.. Create()];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Services) service.Dispose();
        await _sandbox.DisposeAsync();
    }

    // The factor: no service of the sandbox may run into a limit, and a limit that is reached several times is over soon.
    private IEnumerable<HostileService> Create()
    {
        var services = _sandbox.Services;
        var configuration = File.ReadAllText(_sandbox.ConfigurationPath);
        HostileService Service(string name, int factor, string script, Func<Uri, string> edit) =>
            new(name, factor, script, _sandbox.Folder, edit);
        string Edit(string from, string to) => configuration.Contains(from, StringComparison.Ordinal)
            ? configuration.Replace(from, to, StringComparison.Ordinal)
            : throw new InvalidOperationException($"The configuration of the sandbox has no {from}.");

        var announced = $"announce: {{ before: true, after: true, folder: {Path.Combine(_sandbox.Folder, "announcements")} }}";
        yield return Service("API server", 300, "Get-RsolvHistory $target", address =>
        {
            var kubeconfig = Path.Combine(_sandbox.Folder, "kubeconfig-of-another-server");
            File.WriteAllText(kubeconfig, $$"""
                { apiVersion: v1, kind: Config, current-context: sandbox, users: [{ name: u, user: { token: a-token-of-the-test } }],
                clusters: [{ name: c, cluster: { server: "{{address}}" } }],
                contexts: [{ name: sandbox, context: { cluster: c, user: u } }] }
                """);
            return Edit($"kubeconfig: {_sandbox.KubeconfigPath}", $"kubeconfig: {kubeconfig}");
        });
        yield return Service("registry", 60, "Update-RsolvDeployment $target -Image a-tag -Confirm:$false", address =>
            Edit($"repository: {services.RegistryHost}/", $"repository: '{address.Authority}/{SandboxSeed.Repository}' # "));
        yield return Service("Docker engine", 60, "Publish-RsolvImage $target -Confirm:$false", address =>
            Edit($"tcp://{services.Engine.Authority}", $"tcp://{address.Authority}"));
        yield return Service("Prometheus", 60, "Test-RsolvMetrics $target", address =>
            Edit("prometheus: { service: monitoring/prometheus-service:9090", $"prometheus: {{ url: '{address}'"));
        yield return Service("Alertmanager", 60, "Test-RsolvMetrics $target", address =>
            Edit("alertmanager: { service: monitoring/alertmanager-service:9093", $"alertmanager: {{ url: '{address}'"));
        yield return Service("Grafana", 60, "Test-RsolvDashboard $target", address =>
            Edit("service: monitoring/grafana-service:3000", $"url: '{address}'"));
        yield return Service("platform", 60, "Test-RsolvHealth $target; Send-RsolvTestData $target -Confirm:$false", address =>
            Edit($"url: {services.PlatformAddress}", $"url: '{address}'"));
        yield return Service("GitHub", 300, "Invoke-RsolvStagingValidation $staging -WorkflowUpdate Commit -Confirm:$false", address =>
            Edit($"apiUrl: {services.GitHub}", $"apiUrl: '{address}'"));
        yield return Service("hook", 60, "Send-RsolvAnnouncement $target -When Before", address =>
        {
            Environment.SetEnvironmentVariable(Hook, address.ToString());
            return Edit(announced, $"announce: {{ slack: {{ env: {Hook} }} }}");
        }) with
        {
            Alias = "Slack did not take",
        };
        yield return Service("mail server", 60, "Send-RsolvAnnouncement $target -When Before", address => Edit(
            announced,
            $"announce: {{ email: {{ server: '{address.Authority}', security: none, from: a@example.org, "
                + "to: [b@example.org] } }")) with
        {
            Alias = "Email did not take",
        };
    }
}
