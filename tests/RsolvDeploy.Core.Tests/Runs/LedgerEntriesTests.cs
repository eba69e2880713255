using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>What an entry writes itself is what the generated code, which reads it, would write.</summary>
public class LedgerEntriesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static readonly RecordedCheck Recorded = new("backup.secrets", CheckStatus.Failed, "<2 \"Secrets\"> ü\u2028")
    {
        Title = "Secrets",
        Severity = CheckSeverity.Advisory,
        Expected = 2L,
        Actual = "two",
        Unit = "objects",
        Remedy = "Back up again.",
        Started = Noon,
        Duration = TimeSpan.FromSeconds(2.5),
    };

    private static readonly ChangeFacts Facts = new()
    {
        Version = "7",
        Generation = 2,
        Digest = "sha256:1",
        ExitCode = 0,
        Schema = 20260101,
    };

    private static readonly RecordedDetails Details = new()
    {
        PreviousImage = "app:1",
        Revision = 4,
        Diff = "- a\n+ b",
        Pods = [new PodState("app-1", "Running", Ready: true, Restarts: 0, "node", ImageId: null) { Reason = "slow" }],
        Timeline = [new TimelineEntry(Noon, "scaled") { Desired = 3 }],
        Diagnosis = new Diagnosis("CrashLoop", "it ends"),
        Evidence = "/evidence",
        Migrations = [new SchemaMigration(20260101, "add")],
        Tags = ["production-latest"],
        Size = 5_000_000_000,
        Source = new ImageSource("abc", Noon, Uncommitted: 1),
        Items = 10_003,
        Encryption = "CMS",
        Rollback = new RecordedRollback(StepStatus.Succeeded) { Checks = [Recorded] },
        ResponseTimes = new Dictionary<string, TimeSpan> { ["/health"] = TimeSpan.FromMilliseconds(12) },
    };

    private static readonly PlannedStep Planned = new(StepKind.Backup, JsonSerializer.SerializeToElement(new { destination = "/b" }))
    {
        NotRecorded = ["Passphrase"],
        BehindOtherCommand = true,
    };

    private static readonly RecordedResult Result = new(StepKind.Backup, StepStatus.Succeeded)
    {
        Verdict = Verdict.Passed,
        Image = "app:2",
        PreviousRevision = 4,
        Repository = "registry/app",
        Digest = "sha256:2",
        Path = "/backup",
        RollbackStatus = StepStatus.Failed,
        RolledBackTo = "app:1",
        Started = Noon.AddTicks(1),
        Duration = TimeSpan.FromTicks(1),
        Baseline = new Baseline { AlertsFiring = ["one"], ErrorRate = 0.5 },
        Details = Details,
        Checks = [Recorded, new RecordedCheck("backup.location", CheckStatus.Passed, "")],
    };

    public static TheoryData<object> Whole =>
    [
        new RunOpened("production", "rsolv.yaml", "ns", "app", "<a \"reason\"> with ü and \u2028", 1)
        {
            Server = "https://[::1]:6443",
            Workloads = ["Deployment/app"],
            IsChecklist = true,
        },
        new PipelinePlanned([Planned, Planned with { NotRecorded = [], BehindOtherCommand = false }]),
        new StepStarted(StepKind.Update, JsonSerializer.SerializeToElement(new { folder = "ü" })),
        new ChangeIntent("patch deployments production/app"),
        new ChangeOutcome(4) { Error = "ApiRefused", Is = Facts },
        Result,
    ];

    public static TheoryData<object> Empty =>
    [
        new RunOpened("", null, "", "", "", 0),
        new PipelinePlanned([]),
        new PipelinePlanned([new PlannedStep(StepKind.Update, JsonSerializer.SerializeToElement(1))]),
        new StepStarted(StepKind.Update, JsonSerializer.SerializeToElement("two")),
        new ChangeOutcome(1) { Is = new ChangeFacts() },
        new RecordedResult(default, default) { Details = new RecordedDetails() },
    ];

    [Theory]
    [MemberData(nameof(Whole), DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Empty), DisableDiscoveryEnumeration = true)]
    public void Writes_what_the_serializer_writes(object entry) => Assert.Equal(Serialized(entry), Written(entry).ToJsonString());

    [Fact]
    public void Every_kind_of_entry_that_writes_itself_is_tried_with_everything_it_can_hold()
    {
        object[] whole = [.. Whole.Select(row => row.Data)];
        Assert.Equal(
            typeof(ILedgerEntry).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ILedgerEntry))).ToHashSet(),
            whole.Select(entry => entry.GetType()).ToHashSet());
        Assert.All(whole, entry => RequireAll(entry.GetType(), Written(entry)));
        RequireAll(typeof(RecordedCheck), Recorded.ToJson());
        RequireAll(typeof(RecordedDetails), Details.ToJson());
        RequireAll(typeof(ChangeFacts), Facts.ToJson());
        RequireAll(typeof(PlannedStep), Planned.ToJson());
    }

    [Fact]
    public void An_entry_can_be_written_twice() =>
        Assert.Equal(Written(Result).ToJsonString(), Written(Result).ToJsonString());

    [Fact]
    public void A_time_is_written_as_the_serializer_writes_it() => Prop.ForAll<DateTimeOffset, TimeSpan>((started, duration) =>
    {
        var result = new RecordedResult(StepKind.Backup, StepStatus.Succeeded) { Started = started, Duration = duration };
        return Serialized(result) == result.ToJson().ToJsonString();
    }).QuickCheckThrowOnFailure();

    private static JsonObject Written(object entry) => ((ILedgerEntry)entry).ToJson();

    private static string Serialized(object entry) =>
        JsonSerializer.SerializeToNode(entry, LedgerJson.Default.GetTypeInfo(entry.GetType())!)!.ToJsonString();

    private static void RequireAll(Type type, JsonObject written) => Assert.Equal(
        ((IJsonTypeInfoResolver)LedgerJson.Default).GetTypeInfo(type, LedgerJson.Default.Options)!.Properties.Select(one => one.Name),
        written.Select(member => member.Key));
}
