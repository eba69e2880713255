using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Migrations of the database's schema.</summary>
public class MigrationTests : SandboxedTest
{
    private const string Migrate = "$target | Invoke-RsolvMigration -Confirm:$false ";

    [Fact]
    public void Pending_migrations_run_and_are_verified_and_a_second_run_needs_none()
    {
        var outcome = Run(Migrate + "-Verbose; " + Migrate).ThrowOnError();
        var (first, second) = (outcome.Output[0], outcome.Output[1]);
        Assert.Equal(
            ["Succeeded", "20261120090000", "0", "True"],
            [first.Text("Status"), first.Text("Schema"), first.Text("ExitCode"), first.Text("LimitedInPod")]);
        Assert.Equal("20261120090000 add_trust_score", first.Items("Pending").Single().ToString());
        Assert.All(first.Checks().Values, status => Assert.Equal("Passed", status));
        Assert.Contains(outcome.Verbose, line => line.Contains("== Migrated 20261120090000", StringComparison.Ordinal));
        Assert.Equal(
            ["Succeeded", "", "none is needed"],
            [second.Text("Status"), second.Text("ExitCode"), second.Items("Checks")[1].Text("Evidence")]);
    }

    [Fact]
    public void What_if_writes_nothing_and_status_only_records_the_schema()
    {
        Interface.Clear();
        var outcome = Run("$target | Invoke-RsolvMigration -WhatIf; $target | Invoke-RsolvMigration -StatusOnly").ThrowOnError();
        Assert.All(outcome.Output, one => Assert.Equal(["Planned", "Passed"], [one.Text("Status"), one.Checks()["migration.status"]]));
        Assert.Contains(Interface.Lines, line => line.Contains("20261120090000 add_trust_score", StringComparison.Ordinal));
        // The applied version, so that a later rollback knows it, whoever migrated.
        // Created empty, then filled: the signature binds the ConfigMap by its uid.
        Assert.Equal(["POST", "PUT"], Session.Writes.Select(write => write.Method));
        Assert.All(Session.Writes, write => Assert.Contains("/configmaps", write.Path, StringComparison.Ordinal));
        Assert.NotEqual("", Run("Get-RsolvHistory $target").ThrowOnError().Output.Single().Text("Schema"));
        Assert.Single(Sandbox.Databases.For(Sandbox.Namespace).All, one => !one.Applied);
    }

    [Fact]
    public void A_failed_migration_reports_its_output_and_no_secret()
    {
        Sandbox.Faults.Inject(Fault.MigrationFails);
        var outcome = Run(Migrate + "-Verbose").ThrowOnErrorBut("MigrationFailed");
        var migration = outcome.Output.Single();
        Assert.Equal(
            ["Failed", "1", "Failed", "Failed"],
            [
                migration.Text("Status"),
                migration.Text("ExitCode"),
                migration.Checks()["migration.applied"],
                migration.Checks()["migration.verified"],
            ]);
        Assert.Contains(migration.Items("Output"), line => line.ToString().Contains("duplicate_table", StringComparison.Ordinal));
        Assert.DoesNotContain(
            outcome.Verbose.Concat(migration.Items("Output").Select(line => line.ToString())).Append(outcome.Errors.Single().ToString()),
            line => line.Contains("sbxsecret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_migration_that_hangs_is_ended_in_the_pod()
    {
        Sandbox.Faults.Inject(Fault.MigrationHangs);
        var migration = Run(Migrate + "-Timeout 0:0:2").ThrowOnErrorBut("MigrationTimedOut").Output.Single();
        Assert.Equal("TimedOut", migration.Text("Status"));
        Assert.Contains("was ended in pod", migration.Items("Checks")[1].Text("Evidence"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_migration_flows_between_the_update_and_the_verification()
    {
        var outcome = Run("$target | Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false | Invoke-RsolvMigration "
            + "-Confirm:$false -OutVariable m | Test-RsolvMetrics; $m; Get-RsolvHistory $target").ThrowOnError();
        Assert.Equal("Passed", outcome.Output[0].Text("Verdict"));
        Assert.Equal("1", outcome.Output[0].Text("PreviousRevision"));
        var release = outcome.Output[2];
        Assert.Equal(["20261120090000", "True"], [release.Text("Schema"), release.Text("Verified")]);
    }

    [Fact]
    public void An_update_reports_the_pending_migrations_of_its_release()
    {
        var outcome = Run(
            "$target | Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false -OutVariable u | Invoke-RsolvMigration "
                + "-Confirm:$false; $u; $target | Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false")
            .ThrowOnError();
        Assert.Equal(["Warning", "Passed"], outcome.Output.Skip(1).Select(update => update.Checks()["rollout.migrations"]));
        Assert.Contains(
            "20261120090000 add_trust_score",
            outcome.Output[1].Items("Checks").Single(check => check.Text("Id") == "rollout.migrations").Text("Evidence"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_migrated_after_a_failed_step()
    {
        Sandbox.Faults.Inject(Fault.CrashLoop, -1);
        var outcome = Run(
            "$target | Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false -ErrorAction SilentlyContinue | "
                + "Invoke-RsolvMigration -Confirm:$false");
        Assert.Equal("Skipped", outcome.Output.Single().Text("Status"));
        Assert.DoesNotContain(Sandbox.Requests, request => request.Path.Contains("/exec", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rollback_across_a_migration_is_refused_until_it_is_allowed()
    {
        var outcome = Run(
            "$null = $target | Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false | "
            + "Invoke-RsolvMigration -Confirm:$false; "
            + "Undo-RsolvDeployment $target -ToRevision 1 -Confirm:$false; Undo-RsolvDeployment $target -ToRevision 1 -Confirm:$false "
            + "-AllowSchemaMismatch; Get-RsolvHistory $target");
        Assert.Equal("SchemaMismatch,RsolvDeploy.Commands.UndoRsolvDeploymentCommand", Assert.Single(outcome.Errors).FullyQualifiedErrorId);
        Assert.Contains("20261120090000 add_trust_score", outcome.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(["Failed", "Succeeded"], outcome.Output.Take(2).Select(step => step.Text("Status")));
        Assert.Equal("20261120090000 add_trust_score", outcome.Output[1].Items("MigrationsCrossed").Single().ToString());
        Assert.Contains("-AllowSchemaMismatch", outcome.Output[2].Text("Reason"), StringComparison.Ordinal);
    }
}
