using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Deployments;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>How far a run got, by what its ledger says.</summary>
public class RecordedRunTests
{
    private const StepKind Backup = StepKind.Backup;
    private const StepKind Update = StepKind.Update;

    private static readonly (string, JsonObject) Begun = (LedgerEvent.Run, new JsonObject { ["target"] = "production" });

    [Fact]
    public void A_ledger_of_gigabytes_is_one_row_with_its_problem()
    {
        var root = Directory.CreateTempSubdirectory("rsolv-runs-").FullName;
        try
        {
            var folder = new RunFolder("20261124-130000-bbbbbb", root);
            folder.Create();
            using (var file = File.OpenWrite(folder.Ledger)) file.SetLength(3L << 30); // sparse
            var record = RecordedRun.From(folder).ToRecord();
            Assert.Equal(RunState.Tampered, record.State);
            Assert.Contains("is larger than", record.Problem, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void A_run_in_which_nothing_was_done_is_open() => Assert.Equal(RunState.Open, Of(Begun).State);

    [Fact]
    public void A_run_with_a_step_to_come_is_interrupted_and_one_whose_pipeline_ended_is_not()
    {
        Assert.Equal(RunState.Interrupted, Of(Begun, Plan(Backup, Update), Step(Backup), Result(Backup, StepStatus.Succeeded)).State);
        var ended = Of(Begun, Plan(Backup, Update), Step(Backup), Result(Backup, StepStatus.Succeeded), (LedgerEvent.Ended, []));
        Assert.Equal(RunState.Completed, ended.State);
        Assert.Equal([$"{Backup}: Succeeded", $"{Update}: not started"], ended.Phases);
    }

    [Fact]
    public void A_failed_step_before_one_that_was_begun_is_still_taken_up()
    {
        var died = Of(Begun, Plan(Update, StepKind.Rollback), Step(Update), Result(Update, StepStatus.Failed), Step(StepKind.Rollback));
        Assert.Equal(RunState.Interrupted, died.State);
        Assert.Equal(
            RunState.Failed, Of(Begun, Plan(Update), Step(Update), Result(Update, StepStatus.Failed), (LedgerEvent.Ended, [])).State);
        Assert.Equal(RunState.Failed, Of(Begun, Plan(Update), Step(Update), (LedgerEvent.Ended, [])).State);
    }

    [Fact]
    public void A_second_pipeline_of_a_run_leaves_what_the_first_did_not_come_to()
    {
        var reading = Reading(Begun, Plan(Backup, Update), Step(Backup), Result(Backup, StepStatus.Succeeded), Plan(Update), Step(Update));
        Assert.Equal(2, reading.FirstOpen);
        Assert.Equal([false, false, true], reading.Steps.Select(step => step.Facts is not null && step.Result is null));
    }

    [Fact]
    public void A_change_outside_of_any_step_that_has_no_outcome_is_interrupted()
    {
        var intent = (LedgerEvent.Intent, new JsonObject { ["what"] = "update configmaps" });
        Assert.Equal(RunState.Interrupted, Of(Begun, intent).State);
        Assert.Equal(RunState.Completed, Of(Begun, intent, (LedgerEvent.Outcome, new JsonObject { ["of"] = 2 })).State);
    }

    [Fact]
    public void A_ledger_that_lacks_what_the_history_knows_is_noticed()
    {
        var whole = Reading(Begun, Plan(Update), Step(Update), Result(Update, StepStatus.Succeeded));
        var release = new Release("image", DateTimeOffset.UnixEpoch) { RunId = "run", Ledger = $"3:{whole.Text.Lines[2].Hash}" };
        Assert.Null(LedgerAnchor.FindProblem([release], whole));
        Assert.Contains("removed at the end", LedgerAnchor.FindProblem([release], Reading(Begun, Plan(Update))), StringComparison.Ordinal);
        Assert.Contains(
            "rewritten",
            LedgerAnchor.FindProblem([release], Reading(Begun, Plan(Update), Step(Backup), Step(Update))),
            StringComparison.Ordinal);
        Assert.Null(LedgerAnchor.FindProblem([release with { RunId = "another" }], Reading(Begun)));
        Assert.Equal(RunState.Tampered, whole.ToRecord("cut").State);
    }

    [Fact]
    public void What_the_next_step_takes_of_a_result_stands_in_the_ledger()
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "rsolv.yaml",
            Namespace = "ns",
            Deployment = "app",
            Environment = "production",
        };
        (StepKind, IStepResult)[] results =
        [
            (
                StepKind.Publish,
                new PublishedImage(target, "run", StepStatus.Succeeded, []) { Repository = "host/app", Digest = "sha256:ab" }),
            (StepKind.Update, new Rollout(target, "run", StepStatus.Failed, []) { Image = "host/app@sha256:ab", PreviousRevision = 7 }),
            (
                StepKind.Migration,
                new Migration(target, "run", StepStatus.Succeeded, []) { Image = "host/app@sha256:ab", PreviousRevision = 7 }),
            (
                StepKind.Verification,
                new Verification(target, "run", Verdict.Inconclusive, []) { Image = "host/app@sha256:ab", PreviousRevision = 7 }),
            (StepKind.Rollback, new Rollback(target, "run", StepStatus.TimedOut, []) { Image = "host/app@sha256:ab" }),
            (StepKind.Backup, new StateBackup(target, "run", StepStatus.Succeeded, []) { Path = "/backups/one" }),
        ];
        Assert.All(results, one =>
        {
            var (kind, result) = one;
            var written = JsonSerializer.Serialize(RecordedResult.From(kind, result), LedgerJson.Default.RecordedResult);
            Assert.Equivalent(result, JsonSerializer.Deserialize(written, LedgerJson.Default.RecordedResult)!.ToResult(target, "run"));
        });
    }

    private static RunRecord Of(params (string Event, JsonObject Data)[] lines) => Reading(lines).ToRecord();

    private static RecordedRun Reading(params (string Event, JsonObject Data)[] lines)
    {
        var chain = new List<LedgerLine>();
        foreach (var (name, data) in lines)
        {
            chain.Add(new LedgerLine(chain.Count + 1, DateTimeOffset.UnixEpoch, "me@here", name, data, chain.Count == 0
                ? LedgerLine.HashOf("run")
                : chain[^1].Hash));
        }

        return new RecordedRun(new RunFolder("run"), new LedgerText(chain, 0, null), IsRunning: false);
    }

    private static (string, JsonObject) Plan(params StepKind[] kinds) => (LedgerEvent.Plan, new JsonObject
    {
        ["steps"] = new JsonArray(
            [.. kinds.Select(kind => (JsonNode)new JsonObject { ["kind"] = kind.ToString(), ["options"] = new JsonObject() })]),
    });

    private static (string, JsonObject) Step(StepKind kind) =>
        (LedgerEvent.Step, new JsonObject { ["kind"] = kind.ToString(), ["facts"] = new JsonObject() });

    private static (string, JsonObject) Result(StepKind kind, StepStatus status) =>
        (LedgerEvent.Result, new JsonObject { ["kind"] = kind.ToString(), ["status"] = status.ToString() });
}
