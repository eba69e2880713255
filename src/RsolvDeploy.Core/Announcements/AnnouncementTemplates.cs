using Fluid;
using Fluid.Values;
using RsolvDeploy.Announcements.Channels;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Announcements;

/// <summary>Renders the templates of announcements. They are plain text; each channel makes it literal in its own format.</summary>
/// <param name="templates">The templates.</param>
internal sealed class AnnouncementTemplates(TemplateFolder templates)
{
    private readonly TemplateRenderer _renderer = new(templates);

    /// <summary>The text of an announcement.</summary>
    /// <exception cref="Errors.DeployException">
    /// <c>TemplateInvalid</c>, <c>TemplateFolderNotFound</c>, <c>TemplateUnreadable</c>.
    /// </exception>
    public async Task<AnnouncementText> RenderAsync(AnnouncementKind kind, ReportData report, AnnouncementTarget target, string message) =>
        AnnouncementText.Read(await _renderer.RenderAsync(
            $"announcement.{kind.ToString().ToLowerInvariant()}.liquid",
            Options(),
            new Dictionary<string, object> { ["report"] = report, ["target"] = target, ["message"] = message },
            NullEncoder.Default));

    // A line break in a value would begin a line of its own.
    private static TemplateOptions Options()
    {
        var options = ReportTemplateOptions.Create(text => new StringValue(OneLine(text), encode: false));
        options.MemberAccessStrategy.Register<AnnouncementTarget>();
        return options;
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\r', '\n', '\t', '\u0085', '\u2028', '\u2029'], StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>What templates can show of the target.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Url">The public address of the platform; empty for none.</param>
/// <param name="RolloutMinutes">How long its rollout may take, in minutes.</param>
/// <param name="RollbackTriggers">The triggers of a rollback that are configured, in words; empty for none.</param>
internal sealed record AnnouncementTarget(string Name, string Url, double RolloutMinutes, string RollbackTriggers)
{
    /// <summary>What templates can show of a target.</summary>
    public static AnnouncementTarget From(Target target) => new(
        target.Name,
        target.Url?.ToString() ?? "",
        Math.Ceiling(target.Rollout.Timeout.TotalMinutes),
        string.Join(", ", Triggers(target.Triggers)));

    private static IEnumerable<string> Triggers(TriggerSettings triggers)
    {
        if (triggers.CrashLoopLongerThan is { } time) yield return $"a crash loop of {ReportText.Duration(time.TotalSeconds)}";
        if (triggers.ErrorRate is { } rate) yield return FormattableString.Invariant($"an error rate above {rate.Above:0.##%}");
        if (triggers.Database is not null) yield return "a broken database connection";
        if (triggers.Health is { } health) yield return $"{health.Failures} failures of the health endpoint";
        if (triggers.Metrics is { } metrics) yield return $"{metrics.Failures} failures of the metrics endpoint";
    }
}
