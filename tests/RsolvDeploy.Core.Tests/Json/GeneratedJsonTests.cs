using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Json;

public class GeneratedJsonTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<object> Entries =>
    [
        new RunOpened("production", null, "ns", "app", "<a \"reason\"> with ü and \u2028", 1)
        {
            Workloads = ["Deployment/app"],
            IsChecklist = true,
        },
        new PipelinePlanned(
        [
            new PlannedStep(StepKind.Backup, JsonSerializer.SerializeToElement(new { destination = "/b" }))
            {
                NotRecorded = ["Passphrase"],
            },
        ]),
        new StepStarted(StepKind.Update, JsonSerializer.SerializeToElement(new { folder = "ü" })),
        new ChangeOutcome(3) { Is = new ChangeFacts { Version = "7", Generation = 2, ExitCode = 0, Schema = 20260101 } },
        new ChangeOutcome(4) { Error = "ApiRefused" },
        new PipelineEnded(),
        new RecordedResult(StepKind.Backup, StepStatus.Succeeded)
        {
            Verdict = Verdict.Passed,
            PreviousRevision = 4,
            RollbackStatus = StepStatus.Failed,
            Started = Noon,
            Duration = TimeSpan.FromSeconds(2.5),
        },
    ];

    [Theory]
    [MemberData(nameof(Entries), DisableDiscoveryEnumeration = true)]
    public void WritesWhatTheSerializerWrites(object entry) => Compare((dynamic)entry);

    [Fact]
    public void EveryEntryOfALedgerHasGeneratedCode()
    {
        var listed = typeof(LedgerJson).GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
            .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!);
        Assert.All(listed, type => Assert.NotNull(Handler(type)));
    }

    [Fact]
    public void AnUnlistedTypeIsRefused() =>
        Assert.Throws<NotSupportedException>(() => GeneratedJson.ToNode(new Version(1, 2), LedgerJson.Default));

    private static void Compare<T>(T entry) => Assert.Equal(
        JsonSerializer.SerializeToNode(entry, (JsonTypeInfo<T>)LedgerJson.Default.GetTypeInfo(typeof(T))!)!.ToJsonString(),
        GeneratedJson.ToNode(entry, LedgerJson.Default)!.ToJsonString());

    private static object? Handler(Type type)
    {
        var known = ((IJsonTypeInfoResolver)LedgerJson.Default).GetTypeInfo(type, LedgerJson.Default.Options)!;
        return known.GetType().GetProperty(nameof(JsonTypeInfo<object>.SerializeHandler))!.GetValue(known);
    }
}
