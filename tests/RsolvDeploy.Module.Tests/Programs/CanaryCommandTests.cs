using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.GitHub;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>
/// Values of every kind, in every place that the module reads: none of them occurs in what any command prints or leaves, when it succeeds
/// and when it fails.
/// </summary>
public sealed partial class CanaryCommandTests : IAsyncLifetime
{
    private const string Passphrase = "canary-passphrase-of-the-backup";

    // Each runs every exported command; the second one as a user who may read only what is no Secret.
    private const string Successes = """
        Get-RsolvTarget production, staging @at | Show
        $null = Get-RsolvConfigurationSchema
        Test-RsolvConfiguration @at | Show
        New-RsolvConfiguration -Namespace rsolv-production -Kubeconfig $env:RSOLV_TEST_KUBECONFIG -Path ($env:TMPDIR + '/new.yaml') | Show
        $secure = ConvertTo-Secure $env:RSOLV_TEST_PHRASE
        Invoke-RsolvStagingValidation staging @at -WorkflowUpdate Commit -Reason 'password=canary-reason' -Confirm:$false | Show
        Test-RsolvEnvironment production @at | Show
        Start-RsolvDeployment production @at -Reason 'token=canary-reason' -OutVariable run | Show
        Backup-RsolvState production @at -EncryptAll -Passphrase $secure -Confirm:$false | Show
        Publish-RsolvImage production @at -Phase canary -Confirm:$false -OutVariable image | Show
        $image | Update-RsolvDeployment -Reason 'password: canary-reason' -Confirm:$false -OutVariable update | Show
        Invoke-RsolvMigration production @at -Confirm:$false | Show
        Test-RsolvHealth production @at | Show
        Send-RsolvTestData production @at -Confirm:$false | Show
        Test-RsolvMetrics production @at | Show
        Test-RsolvDashboard production @at | Show
        Test-RsolvSmoke production @at | Show
        Watch-RsolvRollout production @at | Show
        Watch-RsolvDeployment production @at -For 1s | Show
        Get-RsolvDeployment production @at | Show
        Get-RsolvHistory production @at | Show
        Approve-RsolvCheck production @at -RunId 20200101-000000-abcdef -Id staging.decision -Comment 'x-api-key: canary-comment' -Confirm:$false | Show
        Complete-RsolvDeployment production @at -Comment 'secret=canary-comment' -Confirm:$false | Show
        Get-RsolvRun | Show
        Get-RsolvRun | Test-RsolvRun -IncludeHistory | Show
        Get-RsolvRun | Export-RsolvReport -Format Html, Markdown, Json, JUnit, Sarif -Path ($env:TMPDIR + '/reports') | Show
        Send-RsolvAnnouncement production @at -When After -Message 'password=canary-message' | Show
        Invoke-RsolvDeployment production @at -Reason 'password=canary-reason' -Phase canary2 -NonInteractive -Confirm:$false | Show
        Undo-RsolvDeployment production @at -Reason 'token=canary-undo' -Confirm:$false | Show
        Resume-RsolvDeployment $run.RunId -Confirm:$false | Show
        $backup = (Get-RsolvBackup production @at)[0].Path
        Get-RsolvBackup production @at -Verify | Show
        Compare-RsolvState production $backup @at -IncludeEqual -Passphrase $secure | Show
        Restore-RsolvState production $backup @at -Passphrase $secure -Confirm:$false | Show
        Remove-RsolvBackup production @at -Keep 1 -Confirm:$false | Show
        $sandbox = Start-RsolvSandbox -Confirm:$false; $sandbox | Show
        Stop-RsolvSandbox -Confirm:$false | Show
        Show-Errors
        """;

    private const string Failures = """
        Get-RsolvTarget nowhere @at | Show
        $null = Get-RsolvConfigurationSchema
        Test-RsolvConfiguration ($env:TMPDIR + '/none.yaml') | Show
        New-RsolvConfiguration -Namespace nowhere -Kubeconfig $env:RSOLV_TEST_KUBECONFIG -Path ($env:TMPDIR + '/new.yaml') | Show
        $secure = ConvertTo-Secure $env:RSOLV_TEST_PHRASE
        $env:RSOLV_SANDBOX_GITHUB_TOKEN = 'canary-wrong-token'
        Invoke-RsolvStagingValidation staging @at -WorkflowUpdate Commit -Confirm:$false | Show
        Test-RsolvEnvironment production @at | Show
        Start-RsolvDeployment nowhere @at | Show
        Backup-RsolvState production @at -EncryptAll -Passphrase $secure -Confirm:$false | Show
        Publish-RsolvImage production @at -ContextPath ($env:TMPDIR + '/none') -Confirm:$false | Show
        Update-RsolvDeployment production @at -Image production-20260102-000000 -Reason 'password: canary-reason' -Confirm:$false | Show
        Invoke-RsolvMigration production @at -Confirm:$false | Show
        Test-RsolvHealth production @at | Show
        Send-RsolvTestData production @at -Confirm:$false | Show
        Test-RsolvMetrics production @at | Show
        Test-RsolvDashboard production @at | Show
        Test-RsolvSmoke production @at | Show
        Watch-RsolvRollout production @at | Show
        Watch-RsolvDeployment production @at -For 1s | Show
        Get-RsolvDeployment production @at | Show
        Get-RsolvHistory nowhere @at | Show
        Approve-RsolvCheck production @at -RunId 20200101-000000-abcdef -Id staging.decision -Comment 'x-api-key: canary-comment' -Confirm:$false | Show
        Complete-RsolvDeployment production @at -RunId 20200101-000000-abcdef -Comment 'secret=canary-comment' -Confirm:$false | Show
        Get-RsolvRun 20200101-000000-abcdef | Show
        Test-RsolvRun 20200101-000000-abcdef | Show
        Export-RsolvReport 20200101-000000-abcdef -Path ($env:TMPDIR + '/reports') | Show
        Send-RsolvAnnouncement production @at -When Failed -Channel Slack -Message 'password=canary-message' | Show
        Invoke-RsolvDeployment production @at -Reason 'password=canary-reason' -Phase canary3 -NonInteractive -Confirm:$false | Show
        Undo-RsolvDeployment production @at -Reason 'token=canary-undo' -Confirm:$false | Show
        Resume-RsolvDeployment 20200101-000000-abcdef -Confirm:$false | Show
        $backup = (Get-RsolvBackup production @at)[0].Path
        $wrong = ConvertTo-Secure 'canary-wrong-passphrase'
        Compare-RsolvState production $backup @at -Passphrase $wrong | Show
        Restore-RsolvState production $backup @at -Passphrase $wrong -Confirm:$false | Show
        Remove-RsolvBackup nowhere @at -Keep 1 -Confirm:$false | Show
        Start-RsolvSandbox -Fault NoSuchFault | Show
        Stop-RsolvSandbox -ProcessId 1 | Show
        Show-Errors
        """;

    private const string Secure = """
        function ConvertTo-Secure($text) { [System.Net.NetworkCredential]::new('', $text).SecurePassword }

        """;

    private SandboxedSession _session = null!;
    private ObservedProgram _program = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SandboxServer Sandbox => _session.Sandbox;

    public async ValueTask InitializeAsync()
    {
        _session = await SandboxedSession.StartAsync();
        _program = new ObservedProgram(Sandbox, Passphrase)
        {
            Variables = new Dictionary<string, string>
            {
                ["RSOLV_TEST_KUBECONFIG"] = Sandbox.KubeconfigPath,
                ["RSOLV_SANDBOX_GITHUB_TOKEN"] = GitHubKeys.Token,
                ["RSOLV_SANDBOX_STAGING_API_KEY"] = "canary-staging-api-key",
                ["RSOLV_TEST_HOOK"] = "http://127.0.0.1:1/services/canary-hook",
                ["DOCKER_AUTH_CONFIG"] = new JsonObject
                {
                    ["auths"] = new JsonObject
                    {
                        [Sandbox.Services.RegistryHost] = new JsonObject { ["auth"] = Encoded("me:canary-registry-password") },
                    },
                }.ToJsonString(),
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        _program.Dispose();
    }

    [Theory]
    [InlineData(Successes)]
    [InlineData(Failures)]
    public void Every_exported_command_is_run(string script)
    {
        var exported = Exported().Matches(File.ReadAllText(Path.Combine(Clone.Root, "RsolvDeploy.psd1"))).Select(match => match.Value);
        Assert.NotEmpty(exported);
        Assert.All(exported, command => Assert.Contains(command.Trim('\''), script, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_command_shows_a_value()
    {
        Plant();
        var printed = await _program.RunAsync(Secure + Successes, Ct);
        var configuration = await File.ReadAllTextAsync(Sandbox.ConfigurationPath, Ct);
        await File.WriteAllTextAsync(
            Sandbox.ConfigurationPath,
            configuration.Replace("context: sandbox\n", "context: sandbox-viewer\n", StringComparison.Ordinal),
            Ct);
        printed += await _program.RunAsync(Secure + Failures, Ct);

        // They ran: no mistake of the scripts, results of both kinds, and the errors of the second one.
        Assert.DoesNotMatch(@"ParameterBinding|ParameterNotFound|ParserError|NamedParameter|The term '\w+-Rsolv", printed);
        foreach (var shown in new[] { "Succeeded", "Forbidden", "GitHubUnauthorized", "TargetNotFound" })
        {
            Assert.Contains(shown, printed, StringComparison.Ordinal);
        }

        var token = TokenValue().Match(await File.ReadAllTextAsync(Sandbox.KubeconfigPath, Ct)).Groups[1].Value;
        string[] values = ["canary-", "sbxsecret", GitHubKeys.Token, token, Encoded("canary-config"), Encoded(Passphrase)[..20]];
        Assert.All(
            _program.Texts(printed)
                .Where(text => !text.Where.Contains("backups", StringComparison.Ordinal)) // ConfigMaps are not encrypted by default
                .Append(("the history", Text(KindInfo.ConfigMaps, $"rsolv-history-{SandboxSeed.Deployment}")))
                .Append(("the Deployment's annotations", Annotations())),
            text => Assert.DoesNotContain(values, value => text.Item2.Contains(value, StringComparison.OrdinalIgnoreCase)));
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    // A value in each place that is no Secret, and the configuration that leads to the hook.
    private void Plant()
    {
        Sandbox.Change(KindInfo.ConfigMaps, "rsolv-config", map => map["data"]!["MOTD"] = "canary-config");
        Sandbox.Change(KindInfo.Deployments, SandboxSeed.Deployment, deployment =>
        {
            var container = deployment["spec"]!["template"]!["spec"]!["containers"]![0]!.AsObject();
            container["args"] = new JsonArray("start", "--session", "canary-argument");
            container["env"] = new JsonArray(new JsonObject { ["name"] = "SHARED_PASSWORD", ["value"] = "canary-variable" });
            container["readinessProbe"]!["httpGet"]!["httpHeaders"] = new JsonArray(
                new JsonObject { ["name"] = "X-Probe", ["value"] = "canary-header" });
        });
        var configuration = File.ReadAllText(Sandbox.ConfigurationPath);
        File.WriteAllText(
            Sandbox.ConfigurationPath,
            configuration.Replace(
                "environment: production\n",
                $"environment: production\n    announce: {{ folder: '{Sandbox.Folder}/sent', slack: {{ env: RSOLV_TEST_HOOK }} }}\n",
                StringComparison.Ordinal));
    }

    private string Text(KindInfo kind, string name) => Sandbox.Objects.Find(kind, Sandbox.Namespace, name)!.ToJsonString();

    private string Annotations() =>
        Sandbox.Objects.Find(KindInfo.Deployments, Sandbox.Namespace, SandboxSeed.Deployment)!["metadata"]!["annotations"]!.ToJsonString();

    [GeneratedRegex(@"'\w+-Rsolv\w+'", RegexOptions.None, 1000)]
    private static partial Regex Exported();

    [GeneratedRegex(@"token: (\S+)", RegexOptions.None, 1000)]
    private static partial Regex TokenValue();
}
