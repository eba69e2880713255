using System.Globalization;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Recordings;

/// <summary>One scenario as a real cluster streamed it, cut at its actions.</summary>
internal sealed class Recording
{
    private Recording(IReadOnlyList<RecordedEvent> events) => (Events, Started) = (events, Beginning(events));

    public IReadOnlyList<RecordedEvent> Events { get; }

    /// <summary>The instant of the first action, to the second (objects carry no finer times).</summary>
    public DateTimeOffset Started { get; }

    /// <summary>When an action was taken, in milliseconds since the first; the ones that the recorder noted count too.</summary>
    public long At(string action) => Events.First(one => one.Kind is null && one.Type == action).Milliseconds;

    /// <summary>What happened from the first action until the way back was begun.</summary>
    public IReadOnlyList<RecordedEvent> Update =>
        [.. Seen.SkipWhile(one => one.Kind is not null).TakeWhile(one => one.Type != "rollout undo").Where(one => one.Kind is not null)];

    /// <summary>What happened after it.</summary>
    public IReadOnlyList<RecordedEvent> Rollback =>
        [.. Seen.SkipWhile(one => one.Type != "rollout undo").Where(one => one.Kind is not null)];

    private IEnumerable<RecordedEvent> Seen => Events.Where(one => one.Type != "BOOKMARK");

    public static Recording Load(string scenario) => new([.. File.ReadLines(PathOf(scenario)).Skip(1).Select(RecordedEvent.Parse)]);

    public static string PathOf(string scenario) => Path.Combine(AppContext.BaseDirectory, "Recordings", scenario + ".jsonl");

    /// <summary>What an update that made the first write of these events expects.</summary>
    public static RolloutExpectation Expectation(IReadOnlyList<RecordedEvent> events)
    {
        var written = events.First(one => one.Kind == ResourceKind.Deployments).Object;
        var container = written.At("spec", "template", "spec", "containers")!.AsArray()[0]!;
        return new RolloutExpectation(
            written.At("metadata", "name").Text()!,
            container["name"].Text()!,
            container["image"].Text()!,
            DeploymentReader.Generation(written));
    }

    /// <summary>The verdict after each event, in the order given.</summary>
    /// <param name="events">The events.</param>
    /// <param name="settings">How the rollout is judged; the defaults when it is null.</param>
    public static IEnumerable<(RecordedEvent Event, RolloutVerdict Verdict)> Evaluate(
        IReadOnlyList<RecordedEvent> events, RolloutSettings? settings = null)
    {
        var state = new RolloutState(Expectation(events) with { Settings = settings ?? new RolloutSettings() });
        foreach (var one in events)
        {
            state = state.Apply(one.Kind!, one.Change);
            var verdict = state.Evaluate(TimeSpan.FromMilliseconds(one.Milliseconds));
            state = state.After(verdict);
            yield return (one, verdict);
        }
    }

    private static DateTimeOffset Beginning(IReadOnlyList<RecordedEvent> events)
    {
        var first = events.First(one => one.Kind == ResourceKind.Pods && one.Type == "ADDED");
        var created = DateTimeOffset.Parse(first.Object.At("metadata", "creationTimestamp").Text()!, CultureInfo.InvariantCulture);
        return created.AddMilliseconds(-first.Milliseconds);
    }
}
