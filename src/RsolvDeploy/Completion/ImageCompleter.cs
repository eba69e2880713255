using System.Text.Json;
using RsolvDeploy.Images;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Completion;

/// <summary>Completes the images of the history of the target, and the tags that were published from this machine.</summary>
public sealed class ImageCompleter : CandidateCompleter
{
    private const int MostRuns = 20;

    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) => [.. DigestCompleter.History(scene), .. Tags(scene)];

    private static IReadOnlyList<Candidate> Tags(CompletionScene scene) =>
        scene.FindTarget() is { Image.Repository: var repository } target && scene.FindSession() is { } session
            ? session.Completions.Get($"tags of {target.ConfigurationPath} {target.Name}", _ => Task.FromResult(Published(repository)))
            : [];

    private static IReadOnlyList<Candidate> Published(string repository) =>
    [
        .. RunFolder.All().Take(MostRuns).SelectMany(folder => RecordedRun.Unverified(folder).Steps)
            .Where(step => step.Kind == StepKind.Publish && step.Result?.Status == StepStatus.Succeeded)
            .Select(step => step.Facts?.Deserialize(PublishJson.Default.PublishFacts)).OfType<PublishFacts>()
            .Where(facts => facts.Repository == repository)
            .SelectMany(facts => facts.Tags.Select(tag =>
                new Candidate($"{repository}:{tag}", $"published {facts.Timestamp.UtcDateTime:yyyy-MM-dd HH:mm} UTC")))
            .DistinctBy(candidate => candidate.Text),
    ];
}
