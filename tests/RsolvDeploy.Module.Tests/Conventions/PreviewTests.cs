using System.Globalization;
using System.Management.Automation;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>-WhatIf of every command that changes something writes nothing anywhere, and names what would be changed and how.</summary>
public class PreviewTests : SandboxedTest
{
    // Two releases and a backup before them, a run that seems to have died, a sandbox of the session, and what staging needs.
    private const string Prepare =
        """
        $env:RSOLV_SANDBOX_STAGING_API_KEY = 'sbxsecret-staging-api-key'
        $env:RSOLV_SANDBOX_GITHUB_TOKEN = [System.IO.File]::ReadAllText("$folder/github-token")
        $global:backup = (Backup-RsolvState $target).Path
        $global:done = $target | Publish-RsolvImage -Phase preview | Update-RsolvDeployment -Confirm:$false |
            Invoke-RsolvMigration -Confirm:$false | Test-RsolvMetrics
        $global:died = Get-RsolvRun (Backup-RsolvState $target).RunId
        $ledger = $died.Folder + '/ledger.jsonl'
        $lines = [System.IO.File]::ReadAllLines($ledger)
        [System.IO.File]::WriteAllLines($ledger, [string[]]$lines[0..1])
        $global:sandbox = Start-RsolvSandbox
        """;

    // Each command, its arguments, and what its preview names: the object and the change.
    private static readonly (string Command, string Arguments, string[] Named)[] Previews =
    [
        ("Approve-RsolvCheck", "$target -RunId 20200101-000000-abcdef -Id staging.decision", ["staging.decision", "Approve"]),
        ("Backup-RsolvState", "$target", ["rsolv-production"]),
        ("Complete-RsolvDeployment", "$target -RunId $done.RunId", ["rsolv-production", "Sign off run"]),
        ("Export-RsolvReport", "$done.RunId -Path $folder/reports", ["$folder/reports", "Html"]),
        ("Invoke-RsolvDeployment", "$target -Reason why -Phase preview", ["rsolv-production"]),
        ("Invoke-RsolvMigration", "staging -ConfigurationPath $folder/rsolv.yaml", ["rsolv-staging", "20261120090000"]),
        ("Invoke-RsolvStagingValidation", "staging -WorkflowUpdate Commit -ConfigurationPath $folder/rsolv.yaml",
            ["staging", "dispatch"]),
        ("New-RsolvConfiguration", "$target.Namespace $target.Deployment -Kubeconfig $folder/kubeconfig -Path $folder/new.yaml",
            ["$folder/new.yaml", "rsolv-production"]),
        ("Publish-RsolvImage", "$target -Phase other", ["rsolv-dev/rsolv-platform", "push"]),
        ("Remove-RsolvBackup", "$target -Path $backup", ["$backup"]),
        ("Restore-RsolvState", "$target -Path $backup", ["rsolv-production", "+ spec.template.spec.containers[0].image"]),
        ("Resume-RsolvDeployment", "$died.RunId", ["rsolv-production", "Continue"]),
        ("Send-RsolvAnnouncement", "$target -When Before", ["production"]),
        ("Send-RsolvTestData", "$target", ["validation"]),
        ("Start-RsolvDeployment", "$target", ["rsolv-production", "run"]),
        ("Start-RsolvSandbox", "", ["sandbox"]),
        ("Stop-RsolvSandbox", "$sandbox.ProcessId", ["sandbox", "Stop"]),
        ("Undo-RsolvDeployment", "$target -ToRevision 1 -AllowSchemaMismatch", ["rsolv-production", "Roll back from"]),
        ("Update-RsolvDeployment", "$target -Image production-20260101-000000",
            ["rsolv-production", "spec.template.spec.containers.rsolv-platform.image"]),
    ];

    // A watch previews the rollback that a trigger would cause: WatchTests.
    private static readonly string[] Others = ["Watch-RsolvDeployment"];

    [Fact]
    public void A_preview_of_any_command_writes_nothing_and_names_what_it_would_change()
    {
        Run(Prepare).ThrowOnError();
        var wrong = new List<string>();
        foreach (var (command, arguments, named) in Previews)
        {
            var before = State();
            Session.ForgetRequests();
            Interface.Clear();
            var outcome = Run($"{command} {arguments} -WhatIf");
            var preview = string.Join('\n', Interface.Lines);
            if (outcome.Ended is not null || outcome.Errors.Count > 0)
                wrong.Add($"{command}: {outcome.Ended} {string.Join(' ', outcome.Errors)}");
            if (Session.Changes.Any()) wrong.Add($"{command}: {string.Join(", ", Session.Changes)}");
            if (before != State()) wrong.Add($"{command} changed:\n{before}\n{State()}");
            wrong.AddRange(named.Prepend("What if: ").Select(Expand).Where(text => !preview.Contains(text, StringComparison.Ordinal))
                .Select(text => $"{command} does not name '{text}': {preview}"));
        }

        Offenders.AssertNone(wrong);
        var changing = Run("Get-Command -Module RsolvDeploy").Output.Select(one => (CmdletInfo)one.BaseObject)
            .Where(command => command.Parameters.ContainsKey("WhatIf")).Select(command => command.Name);
        Assert.Equal(
            changing.Order(StringComparer.Ordinal),
            Previews.Select(one => one.Command).Concat(Others).Order(StringComparer.Ordinal));
    }

    private string Expand(string text) => Run($"\"{text}\"").Output.Single().ToString();

    // What the commands could change beside the cluster: files, runs, images, GitHub, Grafana and the sandboxes of the session.
    private string State()
    {
        var files = new DirectoryInfo(Sandbox.Folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(file => string.Create(
                CultureInfo.InvariantCulture, $"{file.FullName} {(file as FileInfo)?.Length} {file.LastWriteTimeUtc:O}"));
        var runs = Run("Get-RsolvRun | Where-Object ConfigurationPath -eq $target.ConfigurationPath").Output
            .Select(run => (Run: run, Ledger: new FileInfo(Path.Combine(run.Text("Folder"), "ledger.jsonl"))))
            .Select(one => $"{one.Run.Text("RunId")} {one.Run.Text("State")} {one.Ledger.Length}");
        var (images, github) = (Sandbox.Services.Images, Sandbox.Services.Repository);
        return string.Join('\n',
            [
                .. files.Order(StringComparer.Ordinal), .. runs.Order(StringComparer.Ordinal),
                $"{images.Pushed.Tagged.Count} tags", $"{github.Runs.Count} workflows", $"{github.Secrets.Count} secrets",
                $"{github.Branches.Count} branches", $"{github.Deployments.Count} deployments",
                Run("Stop-RsolvSandbox -WhatIf; $sandbox.ProcessId").Output.Single().ToString(),
            ]);
    }
}
