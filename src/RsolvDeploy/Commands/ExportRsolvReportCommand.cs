using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Commands;

/// <summary>Writes the report of a run: verdict, what changed, timeline, rollout, measurements and every check with its evidence.</summary>
/// <remarks>
/// The report is made from the ledger of the run, and from the results in the pipeline where no ledger holds them. Html is one
/// self-contained page that needs neither a network nor a script: it can be read on a phone, in the dark, on paper and by a screen reader.
/// Markdown is the checklist with its boxes ticked. Json is everything in the report. JUnit and Sarif are for CI systems. A template folder
/// replaces the templates of Html and Markdown. Files can be read by their owner only, and no report shows a secret value.
/// </remarks>
/// <example>
/// <code>Update-RsolvDeployment production -Image production-latest | Test-RsolvMetrics | Export-RsolvReport -Path ./reports</code>
/// <para>Deploys, verifies, and writes the report of the whole run as an HTML page.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -State Failed | Export-RsolvReport -Format Html, JUnit -Path ./reports -Force</code>
/// <para>Writes the reports of all failed runs, for people and for a CI system.</para>
/// </example>
[Cmdlet(
    VerbsData.Export, "RsolvReport", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low, DefaultParameterSetName = ByRun)]
[OutputType(typeof(ReportFile))]
public sealed class ExportRsolvReportCommand : RsolvCmdlet
{
    private const string ByRun = "Run";
    private const string ByResult = "Result";

    private readonly List<(string RunId, IStepResult? Result)> _inputs = [];
    private string? _path;
    private string? _templatePath;

    /// <summary>Specifies the runs. Get-RsolvRun lists them.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByRun)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string[] RunId { get; set; } = [];

    /// <summary>Specifies the result of a step, live or from a job or a file, a run from Get-RsolvRun, or the id of a run. The report shows
    /// the whole run that it belongs to.</summary>
    // Any object: a deserialized result would else bind by its property RunId, and only its ledger be read.
    [Parameter(Mandatory = true, ParameterSetName = ByResult, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    /// <summary>Specifies the formats. The default is Html.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ReportFormat[] Format { get; set; } = [ReportFormat.Html];

    /// <summary>Specifies the folder of the reports, which is created when it does not exist. The default is the current folder. The names
    /// of the files are made of the target and the run.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = ".";

    /// <summary>Specifies a folder with templates that replace those of the module: <c>report.html.liquid</c>, <c>report.css</c> or
    /// <c>report.md.liquid</c>. docs/reports.md describes them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TemplatePath { get; set; }

    /// <summary>Indicates that existing reports are replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            (_path, _templatePath) = (FullPath(Path), FullPath(TemplatePath));
        }
        catch (DeployException e)
        {
            ThrowTerminatingError(FaultRecord.Create(e, null, Redactor));
        }
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (InputObject is not { } input)
        {
            _inputs.AddRange(RunId.Select(id => (id, (IStepResult?)null)));
            return;
        }

        try
        {
            _inputs.Add(ReportInput.Read(input));
        }
        catch (DeployException e)
        {
            await EmitErrorAsync(e, input, cancellationToken);
        }
    }

    // The results of one run belong to one report.
    private protected override Func<CancellationToken, Task> Ending => WriteAsync;

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var export = new ReportExport(_path!, Redactor, Clock) { Templates = _templatePath, Force = Force };
        foreach (var run in _inputs.GroupBy(input => input.RunId))
        {
            try
            {
                var report = export.Read(run.Key, [.. run.Select(input => input.Result).OfType<IStepResult>()]);
                foreach (var format in Format.Distinct())
                {
                    if (await ConfirmAsync(export.PathOf(report, format), $"Write the {format} report of run {run.Key}", cancellationToken))
                        await EmitAsync(await export.WriteAsync(report, format), cancellationToken);
                }
            }
            catch (DeployException e)
            {
                await EmitErrorAsync(e, run.Key, cancellationToken);
            }
        }
    }
}
