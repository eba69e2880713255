using System.Globalization;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Planning;

namespace RsolvDeploy.Images;

/// <summary>The boxes of the checklist's section "Build and push", ticked one after another.</summary>
internal sealed class PublishChecks(TimeProvider time)
{
    private const string Phase = "Publish";

    private static readonly (string Id, string Title)[] All =
    [
        ("image.built", "The image is built"),
        ("image.tag.timestamp", "A tag carries the one UTC instant"),
        ("image.tag.phase", "A tag names the phase"),
        ("image.tag.latest", "The latest tag names this image"),
        ("image.size", "The image is below its size limit"),
        ("image.pushed", "Every tag is pushed"),
        ("image.visible", "The registry serves every tag with the pushed digest"),
        ("image.manifest", "Media type and platforms are the expected ones"),
    ];

    private readonly Dictionary<string, Check> _done = [];
    private DateTimeOffset _started = time.GetUtcNow();
    private long _stamp = time.GetTimestamp();

    public bool HasFailed => _done.Values.Any(check => check.FailsStep);

    /// <summary>The checks in the order of the checklist; those not come to are skipped for the reason given.</summary>
    public IReadOnlyList<Check> List(string? whySkipped = null) =>
    [
        .. All.Where(box => whySkipped is not null || _done.ContainsKey(box.Id)).Select(box => _done.TryGetValue(box.Id, out Check? check)
            ? check
            : new Check(box.Id, Phase, box.Title, CheckStatus.Skipped) { Evidence = whySkipped!, Started = _started }),
    ];

    /// <summary>Begins to take the time anew for what comes next.</summary>
    public void Begin() => (_started, _stamp) = (time.GetUtcNow(), time.GetTimestamp());

    public void Pass(string id, string evidence, string? expected = null, string? actual = null) =>
        Add(id, CheckStatus.Passed, evidence, expected, actual, null);

    public void Skip(string id, string reason) => Add(id, CheckStatus.Skipped, reason, null, null, null);

    public void Fail(string id, string evidence, string? expected, string? actual, string remedy) =>
        Add(id, CheckStatus.Failed, evidence, expected, actual, remedy);

    public void Warn(string id, string evidence, string remedy) => Add(id, CheckStatus.Warning, evidence, null, null, remedy);

    /// <summary>Ticks the boxes of the tags, by what each tag is.</summary>
    /// <param name="plan">The plan that they stand in.</param>
    /// <param name="image">The image that they name, in short.</param>
    public void Tags(ImagePlan plan, string image)
    {
        foreach (ImageTagRole role in Enum.GetValues<ImageTagRole>())
        {
            string id = $"image.tag.{role.ToString().ToLowerInvariant()}";
            List<string> names = [.. plan.Tags.Where(tag => tag.Role == role).Select(tag => tag.Name)];
            if (names.Count > 0)
                Pass(id, string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names)} → {image}, instant {plan.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
            else
                Skip(id, role == ImageTagRole.Phase ? "No phase was given." : "The target's tags have none of this kind.");
        }
    }

    /// <summary>Fails the box that a fault was met in: the first that is open, unless one has failed for it already.</summary>
    public void Fail(DeployException fault)
    {
        if (HasFailed) return;
        string? open = All.Select(box => box.Id).FirstOrDefault(id => !_done.ContainsKey(id));
        if (open is not null) Fail(open, $"{fault.Id}: {fault.Message}", null, null, fault.Remedy);
    }

    private void Add(string id, CheckStatus status, string evidence, string? expected, string? actual, string? remedy) =>
        _done[id] = new Check(id, Phase, All.First(box => box.Id == id).Title, status)
        {
            Evidence = evidence,
            Expected = expected,
            Actual = actual,
            Remedy = remedy,
            Started = _started,
            Duration = time.GetElapsedTime(_stamp),
        };
}
