using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>What an operator sees on a terminal of 80 columns.</summary>
public partial class ViewTests : SandboxedTest
{
    private const int Columns = 80;

    [Fact]
    public void Every_step_is_a_table_of_80_columns()
    {
        var lines = Session.Render(
            "$null = $target | Test-RsolvEnvironment -OutVariable e | Backup-RsolvState -OutVariable b | Publish-RsolvImage -Phase test "
                + "-OutVariable i | Update-RsolvDeployment -Confirm:$false -OutVariable r | Test-RsolvMetrics -OutVariable v | "
                + "Undo-RsolvDeployment -ToDigest production-20260101-000000 -Confirm:$false -OutVariable u; "
                + "foreach ($shown in $target, $e, $b, $i, $r, $r[0].Pods, "
                + "$v, $u) { $shown | Out-Default }");
        Assert.All(lines, line => Assert.True(line.Length <= Columns, $"'{line}' has {line.Length} columns."));
        Assert.Equal(
            [
                "Name             Context              Deployment",
                "Verdict        Target        Checks Issues",
                "Status     Target        Items Path",
                "Status     Tag                                 MB Digest",
                "Status     Target       Revision   Pods Result",
                "Name                                 Ready Phase              Restarts Node",
                "Verdict      Target        Checks Not passed",
                "Status     Target       Revision Result",
            ],
            lines
                .Where((_, index) => index + 1 < lines.Count && lines[index + 1].StartsWith("----", StringComparison.Ordinal))
                .Select(line => line.TrimEnd()));
        Assert.Contains("production       sandbox              rsolv-production/rsolv-platform", lines.Select(line => line.TrimEnd()));
        Assert.Contains(lines, line => Regex.IsMatch(Spaces().Replace(line, " "), "^Passed production 16/1[67]"));
        Assert.Contains(
            lines, line => Spaces().Replace(line, " ").StartsWith("Succeeded production 2 2/2 rsolv-platform@", StringComparison.Ordinal));
    }

    [Fact]
    public void Backups_their_differences_and_what_was_restored_are_tables_of_80_columns()
    {
        Run("$null = Backup-RsolvState $target").ThrowOnError();
        Sandbox.Objects.Delete(KindInfo.ConfigMaps, Sandbox.Namespace, "rsolv-config");
        Directory.CreateDirectory(Path.Combine(
            Path.GetDirectoryName(Run("Get-RsolvBackup $target").ThrowOnError().Output.Single().Text("Path"))!,
            ".incomplete-production-20260101T000000Z-x"));
        var lines = Session.Render(
            "$all = Get-RsolvBackup $target -Verify; $all | Out-Default; $all[0] | Compare-RsolvState -OutVariable d | Out-Default; "
                + "$all[0] | Restore-RsolvState -Confirm:$false -OutVariable r | Out-Default; $r[0].Items | Out-Default");
        Assert.All(lines, line => Assert.True(line.Length <= Columns, $"'{line}' has {line.Length} columns."));
        Assert.Equal(
            [
                "Created                    Target       State            kB Image",
                "Change   Object                               Fields",
                "Status     Target       Objects Changed",
                "Action     Object                               Detail",
            ],
            lines
                .Where((_, index) => index + 1 < lines.Count && lines[index + 1].StartsWith("----", StringComparison.Ordinal))
                .Select(line => line.TrimEnd()));
        Assert.Contains(
            lines,
            line => Regex.IsMatch(
                Spaces().Replace(line, " "), "^20..-..-.. ..:..:.. [+-]..:.. production Verified [0-9]+ rsolv-platform@"));
        Assert.Contains(
            lines,
            line => Spaces().Replace(line, " ").StartsWith(
                $"{Local(2026, 1, 1)} production Incomplete 0 ", StringComparison.Ordinal));
        Assert.Contains(lines, line => Spaces().Replace(line, " ").StartsWith("Deleted ConfigMap/rsolv-config", StringComparison.Ordinal));
    }

    [Fact]
    public void A_check_is_shown_with_all_of_its_evidence()
    {
        var outcome = Run("$b = Backup-RsolvState $target; $b.Path; $b").ThrowOnError();
        var path = outcome.Output[0].ToString();
        var lines = Session.Render("(Backup-RsolvState $target).Checks");
        Assert.Equal("Status   Id                           Evidence", lines.First(line => line.Length > 0).TrimEnd());
        Assert.All(lines, line => Assert.True(line.Length <= Columns, $"'{line}' has {line.Length} columns."));
        // The path wraps and is complete.
        Assert.Contains(
            Path.GetDirectoryName(path)!,
            string.Concat(lines.Select(line => line.Length > 38 ? line[38..].TrimEnd() : "")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_survives_clixml()
    {
        var outcome = Run("$b = Backup-RsolvState $target; $text = [System.Management.Automation.PSSerializer]::Serialize($b, 3); "
            + "[System.Management.Automation.PSSerializer]::Deserialize($text); $b").ThrowOnError();
        Assert.Equal(outcome.Output[1].Text("Path"), outcome.Output[0].Text("Path"));
        Assert.Equal(outcome.Output[1].Checks().Count, outcome.Output[0].Items("Checks").Count);
    }

    // As the machine that shows it: its own time, with the zone.
    private static string Local(int year, int month, int day) =>
        new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz");

    [GeneratedRegex(" +", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
