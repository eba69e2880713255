using System.Management.Automation;
using RsolvDeploy.Announcements;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Announces a deployment to Slack, Microsoft Teams, a signed webhook, by e-mail or in a file.</summary>
/// <remarks>
/// The channels are those of 'announce' in the configuration of the target. The text is made from a template and filled with the facts of
/// the run; docs/announcements.md describes it. On every channel it is literal: no name and no log line becomes a link or a mention.
/// A channel that does not take an announcement is tried again; when it still fails, there is a warning, and the deployment goes on.
/// Addresses of webhooks are secrets: they are read from an environment variable or a Secret, and never shown.
/// </remarks>
/// <example>
/// <code>Send-RsolvAnnouncement production -When Before -Message 'The search may be slow for some minutes.'</code>
/// <para>Announces on all configured channels that a deployment starts.</para>
/// </example>
/// <example>
/// <code>$rollout | Test-RsolvMetrics | Send-RsolvAnnouncement -When After -Channel Slack -PassThru | Export-RsolvReport</code>
/// <para>Announces a verified release in Slack, and writes the report of its run.</para>
/// </example>
[Cmdlet(
    VerbsCommunications.Send, "RsolvAnnouncement", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(Announcement), typeof(IStepResult), typeof(Target))]
public sealed class SendRsolvAnnouncementCommand : TargetCmdlet
{
    private string? _templatePath;

    // A field of a type of the core would load the core before the load context of the module is attached.
    private int _when;

    /// <summary>Specifies what the announcement is about.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public AnnouncementKind When { get => (AnnouncementKind)_when; set => _when = (int)value; }

    /// <summary>Specifies a text that the announcement shows below its title.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Message { get; set; }

    /// <summary>Specifies the channels. The default is all channels that the target configures.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AnnouncementChannel[]? Channel { get; set; }

    /// <summary>Specifies a folder with templates that replace those of the module, such as <c>announcement.before.liquid</c>. The default
    /// is the configured folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TemplatePath { get; set; }

    /// <summary>Indicates that the input is output instead of the announcements: the target, or the result of the previous step.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        base.ResolvePaths();
        _templatePath = FullPath(TemplatePath);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        try
        {
            await SendAsync(target, cancellationToken);
        }
        finally
        {
            if (PassThru) await EmitAsync(Current!.Step ?? (object)target, cancellationToken);
        }
    }

    private async Task SendAsync(Target target, CancellationToken cancellationToken)
    {
        var configured = AnnouncementPlan.ChannelsOf(target.Announce);
        var channels = Channel?.Distinct().ToList() ?? configured;
        if (channels.Count == 0 || channels.Except(configured).Any())
        {
            throw new DeployException("ChannelNotConfigured", FaultCategory.ObjectNotFound,
                channels.Count == 0
                    ? $"Target {target.Name} configures no channel of announcements."
                    : $"Target {target.Name} does not configure {string.Join(", ", channels.Except(configured))}.",
                "Add the channel to 'announce' of the target (docs/announcements.md).")
            { Subject = target.Name };
        }

        var plan = await PlanAsync(target);
        using var http = HealthProbe.CreateClient();
        ClusterClient? cluster = null;
        var secrets = new SecretValueReader(target, () => cluster ??= Connect(target), Redactor);
        try
        {
            foreach (var channel in channels)
            {
                var sent = await ConfirmAsync($"{channel} of {target.Name}", $"Send the announcement:\n{plan.Text}", cancellationToken)
                    ? await new AnnouncementSender(target, secrets, Redactor, http, Clock).SendAsync(plan, channel, cancellationToken)
                    : new Announcement(target, plan.Report.RunId, When, channel, StepStatus.Planned) { Text = plan.Text.ToString() };
                if (sent.Status == StepStatus.Failed)
                    Reporter.Warning($"{channel} did not take the announcement of {target.Name}: {sent.Problem}");
                if (!PassThru) await EmitAsync(sent, cancellationToken);
            }
        }
        finally
        {
            cluster?.Dispose();
        }
    }

    private Task<AnnouncementPlan> PlanAsync(Target target) =>
        new AnnouncementPlanner(target, Redactor, Clock) { Templates = _templatePath }
            .PlanAsync(When, Current!.Step?.RunId, Current!.Step, Message ?? "");
}
