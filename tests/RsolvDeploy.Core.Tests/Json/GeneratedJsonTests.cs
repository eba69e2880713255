using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Backups.Manifests;
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
            Checks =
            [
                new RecordedCheck("backup.secrets", CheckStatus.Passed, "2 Secrets") { Expected = 2L, Actual = "two", Started = Noon },
                new RecordedCheck("backup.location", CheckStatus.Failed, "") { Severity = CheckSeverity.Advisory, Duration = default },
            ],
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
        Assert.All([.. listed, typeof(RecordedCheck)], type => Assert.NotNull(Handler(type, LedgerJson.Default)));
    }

    [Theory]
    [InlineData(typeof(BackupManifest))]
    [InlineData(typeof(ManifestItem))]
    [InlineData(typeof(ManifestKind))]
    public void AManifestHasGeneratedCode(Type type) => Assert.NotNull(Handler(type, ManifestJson.Default));

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(1_000_000)]
    public void AStreamGetsTheWholeText(int length)
    {
        var entry = new ChangeIntent(new string('x', length) + "ü");
        using var stream = new MemoryStream();

        GeneratedJson.Write(stream, entry, LedgerJson.Default, default);

        Assert.Equal(GeneratedJson.ToNode(entry, LedgerJson.Default)!.ToJsonString(), Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void AnUnlistedTypeIsRefused() =>
        Assert.Throws<NotSupportedException>(() => GeneratedJson.ToNode(new Version(1, 2), LedgerJson.Default));

    private static void Compare<T>(T entry) => Assert.Equal(
        JsonSerializer.SerializeToNode(entry, (JsonTypeInfo<T>)LedgerJson.Default.GetTypeInfo(typeof(T))!)!.ToJsonString(),
        GeneratedJson.ToNode(entry, LedgerJson.Default)!.ToJsonString());

    private static object? Handler(Type type, JsonSerializerContext context)
    {
        var known = ((IJsonTypeInfoResolver)context).GetTypeInfo(type, context.Options)!;
        return known.GetType().GetProperty(nameof(JsonTypeInfo<object>.SerializeHandler))!.GetValue(known);
    }
}
