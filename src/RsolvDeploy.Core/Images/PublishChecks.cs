using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Planning;

namespace RsolvDeploy.Images;

/// <summary>Collects the checks of a publish, one after another.</summary>
internal sealed class PublishChecks(TimeProvider clock)
{
    private readonly Dictionary<CheckDefinition, Check> _done = [];
    private CheckTimer _timer = CheckTimer.Start(clock);

    private bool HasFailed => _done.Values.Any(check => check.FailsStep);

    private static IEnumerable<CheckDefinition> All => CheckTable.For(StepKind.Publish);

    // A check that only some publishes show is listed when it was made.
    private IEnumerable<CheckDefinition> Shown => CheckTable.All.Where(definition =>
        definition.Step == StepKind.Publish && (!definition.IsConditional || _done.ContainsKey(definition)));

    /// <summary>The checks in the order of the checklist; checks that were not started are skipped with this reason.</summary>
    public Check[] List(string? whySkipped = null) =>
    [
        .. Shown.Where(definition => whySkipped is not null || _done.ContainsKey(definition))
            .Select(definition => _done.TryGetValue(definition, out Check? check) ? check : definition.Skip(whySkipped!, clock)),
    ];

    /// <summary>The result with its checks, and the status that they give.</summary>
    public PublishedImage Complete(PublishedImage image) =>
        image with { Status = HasFailed ? StepStatus.Failed : StepStatus.Succeeded, Checks = List() };

    /// <summary>Starts to take the time for the checks that follow.</summary>
    public void Begin() => _timer = CheckTimer.Start(clock);

    /// <summary>Makes the check of an outcome. A later outcome of the same check replaces it.</summary>
    public void Add(CheckDefinition definition, CheckOutcome outcome) => _done[definition] = definition.ToCheck(outcome, _timer);

    /// <summary>Makes the checks of the tags, by the role of each.</summary>
    /// <param name="plan">The publish.</param>
    /// <param name="image">The image that they name, in short.</param>
    public void Tags(ImagePlan plan, string image)
    {
        foreach (ImageTagRole role in Enum.GetValues<ImageTagRole>())
        {
            List<string> names = [.. plan.Tags.Where(tag => tag.Role == role).Select(tag => tag.Name)];
            Add(DefinitionOf(role), names.Count > 0
                ? CheckOutcome.Met(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{string.Join(", ", names)} → {image}, timestamp {plan.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"))
                : CheckOutcome.Skipped(role == ImageTagRole.Phase ? "no phase is specified" : "the target's tags have none of this kind"));
        }
    }

    /// <summary>The check of the pushed tags.</summary>
    /// <param name="plan">The publish.</param>
    /// <param name="more">How they were pushed, as the end of a sentence.</param>
    public void Pushed(ImagePlan plan, string more = "") =>
        Add(
            CheckTable.ImagePushed,
            CheckOutcome.Met($"{string.Join(", ", plan.References)}{more}").Compared(plan.Tags.Count, plan.Tags.Count));

    /// <summary>Fails the check during which an error occurred: the first that is not done, unless one has failed for it already.</summary>
    public void Fail(DeployException error)
    {
        if (HasFailed) return;
        if (All.FirstOrDefault(definition => !_done.ContainsKey(definition)) is { } open)
            Add(open, CheckOutcome.NotMet($"{error.Id}: {error.Message}", error.Remedy));
    }

    private static CheckDefinition DefinitionOf(ImageTagRole role) => role switch
    {
        ImageTagRole.Timestamp => CheckTable.ImageTagTimestamp,
        ImageTagRole.Phase => CheckTable.ImageTagPhase,
        _ => CheckTable.ImageTagLatest,
    };
}
