using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Backups are listed, compared, restored and removed.</summary>
public class RestoreTests : SandboxedTest
{
    [Fact]
    public void A_backup_is_listed_compared_and_restored()
    {
        Run("Backup-RsolvState $target").ThrowOnError();
        ChangeObjects();
        var outcome = Run("$b = Get-RsolvBackup $target -Verify; $b; $b | Compare-RsolvState; $b | Restore-RsolvState -Confirm:$false; "
            + "$b | Compare-RsolvState").ThrowOnError();
        var backup = outcome.Output[0];
        Assert.Equal(
            ["True", "True", "production", "3"],
            [backup.Text("Complete"), backup.Text("Verified"), backup.Text("TargetName"), backup.Text("Items")]);
        Assert.Equal(
            ["ConfigMap rsolv-config Changed", "Secret rsolv-secrets Changed"],
            outcome.Output.Skip(1).Take(2).Select(one => $"{one.Text("Kind")} {one.Text("Name")} {one.Text("Change")}"));
        Assert.Contains(
            "+ data.POOL_SIZE: \"(not shown: 3 characters, fingerprint ", outcome.Output[1].Text("Diff"), StringComparison.Ordinal);
        Assert.Contains("(secret, 19 bytes)", outcome.Output[2].Text("Diff"), StringComparison.Ordinal);
        Assert.Equal("Succeeded", outcome.Output[3].Text("Status"));
        Assert.Equal(4, outcome.Output.Count);
        Assert.Equal("sbxsecret-anthropic", Value("ANTHROPIC_API_KEY"));
    }

    [Fact]
    public void Whatif_shows_the_difference_and_writes_nothing()
    {
        Run("Backup-RsolvState $target").ThrowOnError();
        ChangeObjects();
        var outcome = Run("Get-RsolvBackup $target | Restore-RsolvState -WhatIf").ThrowOnError();
        Assert.Equal("Planned", outcome.Output.Single().Text("Status"));
        Assert.Equal(2, outcome.Output.Single().Items("Items").Count);
        Assert.Empty(Session.Changes);
        var question = string.Join('\n', Interface.Lines);
        Assert.Contains("2 to restore, 0 to create\n~ ConfigMap/rsolv-config\n  - data.POOL_SIZE", question, StringComparison.Ordinal);
        Assert.Contains(
            "~ Secret/rsolv-secrets\n  - data.ANTHROPIC_API_KEY: (secret, 14 bytes)\n  + data.ANTHROPIC_API_KEY: (secret, 19 bytes)",
            question,
            StringComparison.Ordinal);
        var printed = question
            + string.Join(
                '\n',
                outcome.Information
                    .Concat(outcome.Verbose)
                    .Concat(outcome.Warnings)
                    .Append(outcome.Output.Single().Items("Items")[1].Text("Detail")));
        Assert.DoesNotContain("sbxsecret", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("changed-secret", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_that_was_changed_is_refused_and_nothing_is_written()
    {
        var path = Run("Backup-RsolvState $target").ThrowOnError().Output.Single().Text("Path");
        File.AppendAllText(Path.Combine(path, "configmaps", "rsolv-config.yaml"), "\n");
        ChangeObjects();
        var outcome = Run("Get-RsolvBackup $target | Restore-RsolvState -Confirm:$false; (Get-RsolvBackup $target -Verify).Problem");
        Assert.StartsWith("BackupCorrupt,", Assert.Single(outcome.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(Session.Changes);
        Assert.Contains("rsolv-config.yaml", outcome.Output[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_can_be_restored_into_another_target()
    {
        var outcome = Run("$b = Backup-RsolvState $target; Restore-RsolvState staging $b.Path -Include 'ConfigMap/*' -ConfigurationPath "
            + "$target.ConfigurationPath -Confirm:$false").ThrowOnError();
        Assert.Equal("Succeeded", outcome.Output.Single().Text("Status"));
        Sandbox.Objects.Delete(KindInfo.ConfigMaps, "rsolv-staging", "rsolv-config");
        Run("(Get-RsolvBackup $target).Path | ForEach-Object { Restore-RsolvState staging $_ -Include 'ConfigMap/*' -ConfigurationPath "
            + "$target.ConfigurationPath -Confirm:$false }").ThrowOnError();
        Assert.NotNull(Sandbox.Objects.Find(KindInfo.ConfigMaps, "rsolv-staging", "rsolv-config"));
    }

    [Fact]
    public void The_difference_is_shown_before_the_confirmation()
    {
        Run("Backup-RsolvState $target").ThrowOnError();
        ChangeObjects();
        Sandbox.Create(new ConfigMapManifest("since"));
        Interface.Answers.Enqueue(2); // Yes, Yes to All, No, …
        Assert.Equal(
            "Planned",
            Run("$ConfirmPreference = 'High'; Get-RsolvBackup $target | Restore-RsolvState -Prune").ThrowOnError().Output
                .Single().Text("Status"));
        Assert.Contains("\n- ConfigMap/since\n~ Secret/rsolv-secrets", Assert.Single(Interface.Questions), StringComparison.Ordinal);
        Assert.Empty(Session.Changes);
    }

    [Fact]
    public void Old_backups_are_removed_by_policy_and_the_newest_is_kept()
    {
        var outcome = Run(
            "1..3 | ForEach-Object { $null = Backup-RsolvState $target }; Remove-RsolvBackup $target -Keep 2 -Confirm:$false; "
                + "Get-RsolvBackup $target; Get-RsolvBackup $target | Remove-RsolvBackup -Confirm:$false")
            .ThrowOnErrorBut("BackupIsLast");
        Assert.Equal(1 + 2 + 1, outcome.Output.Count);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(Sandbox.Folder, "backups")));
    }

    [Fact]
    public async Task The_newest_intact_backup_is_kept_although_a_newer_one_is_damaged()
    {
        var paths = Run("1..3 | ForEach-Object { (Backup-RsolvState $target).Path }")
            .ThrowOnError().Output
            .Select(path => path.ToString()!)
            .ToList();
        await File.AppendAllTextAsync(
            Path.Combine(paths[2], "configmaps", "rsolv-config.yaml"), "\n", TestContext.Current.CancellationToken);
        var gone = Run("Remove-RsolvBackup $target -Keep 1 -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(paths[0], gone.Text("Path"));
        Run($"Remove-RsolvBackup $target -BackupPath '{paths[1]}' -Confirm:$false").ThrowOnErrorBut("BackupIsLast");
        Run($"Remove-RsolvBackup $target -BackupPath '{paths[2]}' -Confirm:$false").ThrowOnError();
        Assert.Equal([paths[1]], Directory.EnumerateDirectories(Path.Combine(Sandbox.Folder, "backups")));
    }

    [Fact]
    public async Task Without_an_intact_backup_none_is_removed_and_a_warning_is_shown()
    {
        foreach (var path in Run("1..2 | ForEach-Object { (Backup-RsolvState $target).Path }").ThrowOnError().Output)
        {
            await File.AppendAllTextAsync(
                Path.Combine(path.ToString()!, "configmaps", "rsolv-config.yaml"), "\n", TestContext.Current.CancellationToken);
        }

        var outcome = Run("Remove-RsolvBackup $target -Keep 1 -Confirm:$false").ThrowOnError();
        Assert.Empty(outcome.Output);
        Assert.Contains(outcome.Warnings, warning => warning.Contains("Get-RsolvBackup -Verify", StringComparison.Ordinal));
    }

    private void ChangeObjects()
    {
        Sandbox.Change(KindInfo.ConfigMaps, "rsolv-config", map => map["data"]!["POOL_SIZE"] = "20");
        Sandbox.Change(
            KindInfo.Secrets, "rsolv-secrets", secret => secret["data"]!["ANTHROPIC_API_KEY"] = Convert.ToBase64String("changed-secret"u8));
    }

    private string Value(string key) =>
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(
            ((JsonObject)Sandbox.Objects.Find(KindInfo.Secrets, Sandbox.Namespace, "rsolv-secrets")!["data"]!)[key]!.GetValue<string>()));
}
