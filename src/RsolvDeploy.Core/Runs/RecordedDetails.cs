using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>What a report shows of a result beside its checks; never a secret value.</summary>
internal sealed record RecordedDetails
{
    private const int LongestDiff = 64 * 1024;
    private const int MostPods = 200;
    private const int MostEvents = 500;

    /// <summary>The image before the step.</summary>
    public string? PreviousImage { get; init; }

    /// <summary>The revision that the step created.</summary>
    public long? Revision { get; init; }

    /// <summary>The changed fields, as the confirmation showed them.</summary>
    public string? Diff { get; init; }

    /// <summary>The pods of the new revision, as last observed.</summary>
    public IReadOnlyList<PodState>? Pods { get; init; }

    /// <summary>The events of the rollout in order.</summary>
    public IReadOnlyList<TimelineEntry>? Timeline { get; init; }

    /// <summary>The cause of a failure.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <summary>The folder with the evidence of a failure.</summary>
    public string? Evidence { get; init; }

    /// <summary>The migrations that were pending before the step.</summary>
    public IReadOnlyList<SchemaMigration>? Migrations { get; init; }

    /// <summary>The tags of the published image.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The size of the published image in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>The source that the image was built from.</summary>
    public ImageSource? Source { get; init; }

    /// <summary>The number of objects in the backup.</summary>
    public int? Items { get; init; }

    /// <summary>How the backup is encrypted.</summary>
    public string? Encryption { get; init; }

    /// <summary>The rollback: the step itself, or the one that a failed update began.</summary>
    public RecordedRollback? Rollback { get; init; }

    /// <summary>The median response time of each endpoint by its path.</summary>
    public IReadOnlyDictionary<string, TimeSpan>? ResponseTimes { get; init; }

    /// <summary>The details as <see cref="LedgerJson"/> would write them; the generated code writes what few steps have.</summary>
    public JsonObject ToJson() => new JsonObject()
        .With("previousImage", PreviousImage)
        .With("revision", Revision)
        .With("diff", Diff)
        .With("pods", Generated(Pods))
        .With("timeline", Generated(Timeline))
        .With("diagnosis", Generated(Diagnosis))
        .With("evidence", Evidence)
        .With("migrations", Generated(Migrations))
        .With("tags", Generated(Tags))
        .With("size", Size)
        .With("source", Generated(Source))
        .With("items", Items)
        .With("encryption", Encryption)
        .With("rollback", Generated(Rollback))
        .With("responseTimes", Generated(ResponseTimes));

    private static JsonNode? Generated<T>(T? value) where T : class =>
        value is null ? null : GeneratedJson.ToNode(value, LedgerJson.Default);

    /// <summary>The details of a result; null when it has none.</summary>
    public static RecordedDetails? From(IStepResult result) => result switch
    {
        Rollout one => new RecordedDetails
        {
            PreviousImage = one.PreviousImage,
            Revision = one.Revision,
            Diff = one.Diff.Length > LongestDiff ? $"{one.Diff[..LongestDiff]}\n…" : one.Diff.Length > 0 ? one.Diff : null,
            Pods = Some(one.Pods, MostPods),
            Timeline = Some(one.Timeline, MostEvents),
            Diagnosis = one.Diagnosis,
            Evidence = one.Evidence,
            Rollback = one.Rollback is { } rollback ? RecordedRollback.From(rollback) : null,
        },
        Rollback one => new RecordedDetails
        {
            Revision = one.Revision,
            Pods = Some(one.Pods, MostPods),
            Diagnosis = one.Diagnosis,
            Evidence = one.Evidence,
            Rollback = RecordedRollback.From(one),
        },
        FiredTrigger { Rollback: { } rollback } => new RecordedDetails { Rollback = RecordedRollback.From(rollback) },
        Migration one => new RecordedDetails { Migrations = Some(one.Pending, MostEvents) },
        PublishedImage one => new RecordedDetails { Tags = Some(one.Tags, MostEvents), Size = one.Size, Source = one.Source },
        StateBackup one => new RecordedDetails { Items = one.Items.Count, Encryption = one.Encryption },
        Verification { ResponseTimes.Count: > 0 } one => new RecordedDetails { ResponseTimes = one.ResponseTimes },
        _ => null,
    };

    private static IReadOnlyList<T>? Some<T>(IReadOnlyList<T> all, int most) => all.Count == 0 ? null : [.. all.Take(most)];
}
