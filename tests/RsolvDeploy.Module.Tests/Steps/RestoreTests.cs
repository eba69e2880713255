using System.Text.Json.Nodes;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>From a backup back to what it holds, as an operator does it.</summary>
public class RestoreTests
{
    [Fact]
    public async Task A_backup_is_listed_compared_and_restored()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run("Backup-RsolvState $target").ThrowOnError();
        Spoil(with);
        var outcome = with.Run("$b = Get-RsolvBackup $target -Verify; $b; $b | Compare-RsolvState; $b | Restore-RsolvState -Confirm:$false; $b | Compare-RsolvState").ThrowOnError();
        var backup = outcome.Output[0];
        Assert.Equal(["True", "True", "production", "3"], [backup.Text("Complete"), backup.Text("Verified"), backup.Text("TargetName"), backup.Text("Items")]);
        Assert.Equal(["ConfigMap rsolv-config Changed", "Secret rsolv-secrets Changed"], outcome.Output.Skip(1).Take(2).Select(one => $"{one.Text("Kind")} {one.Text("Name")} {one.Text("Change")}"));
        Assert.Contains("+ data.POOL_SIZE: \"010\"", outcome.Output[1].Text("Diff"), StringComparison.Ordinal);
        Assert.Contains("(secret, 19 bytes)", outcome.Output[2].Text("Diff"), StringComparison.Ordinal);
        Assert.Equal("Succeeded", outcome.Output[3].Text("Status"));
        Assert.Equal(4, outcome.Output.Count);
        Assert.Equal("sbxsecret-anthropic", Value(with, "ANTHROPIC_API_KEY"));
    }

    [Fact]
    public async Task Whatif_shows_the_difference_and_writes_nothing()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run("Backup-RsolvState $target").ThrowOnError();
        Spoil(with);
        var outcome = with.Run("Get-RsolvBackup $target | Restore-RsolvState -WhatIf").ThrowOnError();
        Assert.Equal("Planned", outcome.Output.Single().Text("Status"));
        Assert.Equal(2, outcome.Output.Single().Items("Items").Count);
        Assert.Empty(with.Changes);
        var question = string.Join('\n', with.Session.Host.Interface.Lines);
        Assert.Contains("2 to set back, 0 to make anew\n~ ConfigMap/rsolv-config\n  - data.POOL_SIZE", question, StringComparison.Ordinal);
        Assert.Contains("~ Secret/rsolv-secrets\n  - data.ANTHROPIC_API_KEY: (secret, 14 bytes)\n  + data.ANTHROPIC_API_KEY: (secret, 19 bytes)", question, StringComparison.Ordinal);
        var said = question + string.Join('\n', outcome.Information.Concat(outcome.Verbose).Concat(outcome.Warnings).Append(outcome.Output.Single().Items("Items")[1].Text("Detail")));
        Assert.DoesNotContain("sbxsecret", said, StringComparison.Ordinal);
        Assert.DoesNotContain("spoiled-secret", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_was_changed_is_refused_and_nothing_is_written()
    {
        await using var with = await SandboxedSession.StartAsync();
        var path = with.Run("Backup-RsolvState $target").ThrowOnError().Output.Single().Text("Path");
        File.AppendAllText(Path.Combine(path, "configmaps", "rsolv-config.yaml"), "\n");
        Spoil(with);
        var outcome = with.Run("Get-RsolvBackup $target | Restore-RsolvState -Confirm:$false; (Get-RsolvBackup $target -Verify).Problem");
        Assert.StartsWith("BackupCorrupt,", Assert.Single(outcome.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(with.Changes);
        Assert.Contains("rsolv-config.yaml", outcome.Output[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_into_another_target_too()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run("$b = Backup-RsolvState $target; Restore-RsolvState staging $b.Path -Include 'ConfigMap/*' -ConfigurationPath $target.ConfigurationPath -Confirm:$false").ThrowOnError();
        Assert.Equal("Succeeded", outcome.Output.Single().Text("Status"));
        with.Sandbox.Objects.Delete(KindInfo.ConfigMaps, "rsolv-staging", "rsolv-config");
        with.Run("(Get-RsolvBackup $target).Path | ForEach-Object { Restore-RsolvState staging $_ -Include 'ConfigMap/*' -ConfigurationPath $target.ConfigurationPath -Confirm:$false }").ThrowOnError();
        Assert.NotNull(with.Sandbox.Objects.Find(KindInfo.ConfigMaps, "rsolv-staging", "rsolv-config"));
    }

    [Fact]
    public async Task The_difference_is_shown_before_it_is_asked_for()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run("Backup-RsolvState $target").ThrowOnError();
        Spoil(with);
        with.Sandbox.Objects.Create(KindInfo.ConfigMaps, "rsolv-production", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "since" } });
        with.Session.Host.Interface.Answers.Enqueue(2); // Yes, Yes to All, No, …
        Assert.Equal("Planned", with.Run("$ConfirmPreference = 'High'; Get-RsolvBackup $target | Restore-RsolvState -Prune").ThrowOnError().Output.Single().Text("Status"));
        Assert.Contains("\n- ConfigMap/since\n~ Secret/rsolv-secrets", Assert.Single(with.Session.Host.Interface.Questions), StringComparison.Ordinal);
        Assert.Empty(with.Changes);
    }

    [Fact]
    public async Task Old_backups_go_by_policy_and_the_newest_stays()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run("1..3 | ForEach-Object { $null = Backup-RsolvState $target }; Remove-RsolvBackup $target -Keep 2 -Confirm:$false; Get-RsolvBackup $target; Get-RsolvBackup $target | Remove-RsolvBackup -Confirm:$false").ThrowOnErrorBut("BackupIsLast");
        Assert.Equal(1 + 2 + 1, outcome.Output.Count);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(with.Sandbox.Folder, "backups")));
    }

    [Fact]
    public async Task The_newest_good_backup_stays_although_a_newer_one_was_spoilt()
    {
        await using var with = await SandboxedSession.StartAsync();
        var paths = with.Run("1..3 | ForEach-Object { (Backup-RsolvState $target).Path }").ThrowOnError().Output.Select(path => path.ToString()!).ToList();
        await File.AppendAllTextAsync(Path.Combine(paths[2], "configmaps", "rsolv-config.yaml"), "\n", TestContext.Current.CancellationToken);
        var gone = with.Run("Remove-RsolvBackup $target -Keep 1 -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(paths[0], gone.Text("Path"));
        with.Run($"Remove-RsolvBackup $target -BackupPath '{paths[1]}' -Confirm:$false").ThrowOnErrorBut("BackupIsLast");
        with.Run($"Remove-RsolvBackup $target -BackupPath '{paths[2]}' -Confirm:$false").ThrowOnError();
        Assert.Equal([paths[1]], Directory.EnumerateDirectories(Path.Combine(with.Sandbox.Folder, "backups")));
    }

    [Fact]
    public async Task Where_no_backup_is_good_none_goes_and_a_warning_says_so()
    {
        await using var with = await SandboxedSession.StartAsync();
        foreach (var path in with.Run("1..2 | ForEach-Object { (Backup-RsolvState $target).Path }").ThrowOnError().Output)
            await File.AppendAllTextAsync(Path.Combine(path.ToString()!, "configmaps", "rsolv-config.yaml"), "\n", TestContext.Current.CancellationToken);
        var outcome = with.Run("Remove-RsolvBackup $target -Keep 1 -Confirm:$false").ThrowOnError();
        Assert.Empty(outcome.Output);
        Assert.Contains(outcome.Warnings, warning => warning.Contains("Get-RsolvBackup -Verify", StringComparison.Ordinal));
    }

    private static void Spoil(SandboxedSession with)
    {
        with.Sandbox.Objects.Update(KindInfo.ConfigMaps, with.Sandbox.Namespace, "rsolv-config", map =>
        {
            map["data"]!["POOL_SIZE"] = "20";
            return map;
        });
        with.Sandbox.Objects.Update(KindInfo.Secrets, with.Sandbox.Namespace, "rsolv-secrets", secret =>
        {
            secret["data"]!["ANTHROPIC_API_KEY"] = Convert.ToBase64String("spoiled-secret"u8);
            return secret;
        });
    }

    private static string Value(SandboxedSession with, string key) =>
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(((JsonObject)with.Sandbox.Objects.Find(KindInfo.Secrets, with.Sandbox.Namespace, "rsolv-secrets")!["data"]!)[key]!.GetValue<string>()));
}
