using RsolvDeploy.Runs;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Steps;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Core.Tests.Triggers;

/// <summary>A trigger whose path finds nothing in the document never fires: a warning reports it when the watch begins.</summary>
public sealed class EmptyPathTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    [Theory]
    [InlineData("$.nothing")]
    [InlineData("$.services[7].status")]
    public async Task A_path_that_finds_nothing_is_a_warning_with_the_members_of_the_document(string path)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reporter = new WarningRecorder { OnWarning = stop.Cancel };
        var target = shared.Target;
        using var context = new StepContext(
            target, new StepJournal(new PipelineJournal(new OpenLedgers()), StepKind.Watch, target, RunId.New(DateTimeOffset.UtcNow)))
        {
            Reporter = reporter,
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new DocumentTrigger(
            context, new Uri(target.Url!, "health"), new DatabaseTrigger(path, "ok"), TimeSpan.FromSeconds(1))
            .WatchAsync(_ => throw new InvalidOperationException("It fired."), stop.Token));
        var warning = Assert.Single(reporter.Warnings);
        Assert.Contains($"{path} finds no text, number or boolean", warning, StringComparison.Ordinal);
        Assert.Contains("The document has: status", warning, StringComparison.Ordinal);
    }
}
