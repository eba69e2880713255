using RsolvDeploy.Core.Tests.Backups;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>
/// From the first write of a step on, whatever goes wrong ends in a failed result with its error, its history entry and, where asked for,
/// the rollback. Evidence, logs, history and reports fail only themselves.
/// </summary>
public sealed class FaultAfterWriteTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> HealthDocuments =>
        ["{\"status\":\"ok\",\"status\":\"down\"}", "{\"status\":\"\\ud800\"}", "\"\\udc00\"", "[[[", "\0"];

    [Theory]
    [MemberData(nameof(HealthDocuments))]
    public async Task A_health_document_that_no_parser_takes_keeps_no_crashing_image_in_production(string document)
    {
        await using var on = await CrashingSandbox.StartAsync(Ct);
        using var health = new HealthServer(document);
        on.Front.Target = on.Front.Target with { Url = health.Url };
        var outcome = await on.UpdateAsync(new UpdateOptions { RollbackOnFailure = true });

        var rollout = Assert.IsType<Rollout>(outcome.Result);
        Assert.Equal((StepStatus.Failed, "RolloutFailed", "CrashLoop"), (rollout.Status, outcome.Error?.Id, rollout.Diagnosis?.Cause));
        Assert.NotNull(rollout.Rollback?.Image);
        Assert.Equal(on.GoodImage, on.RunningImage());
        Assert.Equal([true, false], (await on.HistoryAsync()).Select(release => release.IsRollback));
    }

    [Theory]
    [MemberData(nameof(HealthDocuments))]
    public async Task A_health_document_that_no_parser_takes_fails_no_rollback_before_its_write(string document)
    {
        await using var on = await CrashingSandbox.StartAsync(Ct);
        using var health = new HealthServer(document);
        on.Front.Target = on.Front.Target with { Url = health.Url };
        Assert.Equal(StepStatus.Failed, (await on.UpdateAsync(new UpdateOptions())).Result.Status);
        var undone = Assert.Single(await on.Front.RunAsync(StepInvocation.Create(new RollbackStep(), new RollbackOptions())));
        Assert.Equal(on.GoodImage, on.RunningImage());
        Assert.NotNull(((Rollback)undone.Result).Image);
    }

    [Theory]
    [InlineData("crashloop", StepStatus.Failed)]
    [InlineData("healthy", StepStatus.Succeeded)]
    public async Task A_pattern_that_backtracks_on_a_log_line_ends_nothing_but_its_own_check(string behaviour, StepStatus expected)
    {
        const string Backtracking = @"^((((\S|\s)+)+)+)+\z(?<never>x)\k<never>";
        await using var on = await CrashingSandbox.StartAsync(Ct, behaviour);
        on.Front.Target = on.Front.Target with
        {
            Rollout = on.Front.Target.Rollout with { StartMarker = Backtracking, LogErrors = [Backtracking] },
        };
        var rollout = Assert.IsType<Rollout>((await on.UpdateAsync(new UpdateOptions { RollbackOnFailure = true })).Result);
        Assert.Equal((expected, expected == StepStatus.Failed), (rollout.Status, rollout.Rollback is not null));
        Assert.Equal(expected == StepStatus.Failed, on.RunningImage() == on.GoodImage);
        var logs = rollout.Checks.Single(check => check.Id == "rollout.logs");
        Assert.Equal(expected == StepStatus.Failed ? CheckStatus.Skipped : CheckStatus.Warning, logs.Status);
    }

    [Fact]
    public async Task A_disk_that_is_full_from_the_first_write_on_stops_no_rollback()
    {
        var run = new RunFolder(RunId.New(TimeProvider.System.GetUtcNow()));
        Action fill = () => { };
        await using var on = await CrashingSandbox.StartAsync(
            Ct, arriving: path => { if (path.Contains("/deployments/", StringComparison.Ordinal)) fill(); }, runId: run.Id);
        Directory.CreateDirectory(run.Path);
        await SmallDisk.MountAsync(run.Path, "size=256k", Ct);
        try
        {
            fill = () => Fill(run.Path);
            var outcome = await on.UpdateAsync(new UpdateOptions { RollbackOnFailure = true });
            var rollout = Assert.IsType<Rollout>(outcome.Result);
            Assert.Equal((StepStatus.Failed, StepStatus.Succeeded), (rollout.Status, rollout.Rollback?.Status));
            Assert.Equal(on.GoodImage, on.RunningImage());
            Assert.Contains(on.Front.Warnings, warning => warning.Contains("evidence", StringComparison.OrdinalIgnoreCase));
            Assert.Contains(on.Front.Warnings, warning => warning.Contains("ledger", StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            on.Front.Dispose();
            await SmallDisk.UnmountAsync(run.Path);
        }
    }

    private static void Fill(string folder)
    {
        var path = Path.Combine(folder, "full");
        try
        {
            using var file = new FileStream(path, FileMode.Append);
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Nothing fits any more.
        }
    }
}
