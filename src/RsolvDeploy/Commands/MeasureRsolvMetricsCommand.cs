using System.Management.Automation;
using RsolvDeploy.Measurements;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Measures what the metrics of some days show: alerts, histograms and dashboard queries.</summary>
/// <remarks>
/// Alerts shows how often each alerting rule of the groups of the target would have fired in the window, and with which other thresholds
/// how often. A threshold is proposed when an alert would have fired more than once a week, or when it is more than three times as far as
/// anything that was seen. Histograms shows how far the quantiles p50, p95 and p99 are off: observations that were alone between two
/// scrapes are known by their value, and are the finer reference. Buckets are proposed when they reduce the largest error by a fifth or
/// more. Panels shows how long each query of the dashboard takes; a second or more is slow. The data is read from Prometheus by range
/// queries of at most 11,000 points. With -RunId the measurement belongs to that run, also after its sign-off. The command only reads.
/// </remarks>
/// <example>
/// <code>Measure-RsolvMetrics production -RunId 20261128-134254-a1b2c3 | Select-Object -ExpandProperty Alerts</code>
/// <para>Measures the week behind a deployment, and shows its alerts with their values as bars.</para>
/// </example>
/// <example>
/// <code>Measure-RsolvMetrics production -Days 14 -AsPatch | Set-Content rules.yaml</code>
/// <para>Writes the rules with the proposed thresholds as PrometheusRule objects, for kubectl apply. The spec of each is a rules
/// file.</para>
/// </example>
/// <example>
/// <code>Measure-RsolvMetrics production -OutFile rules.yaml -Credential (Get-Credential Bearer)</code>
/// <para>Shows the measurement, and writes the same rules to a file. Prometheus is asked with a token.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "RsolvMetrics", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(MetricsMeasurement), typeof(string))]
public sealed class MeasureRsolvMetricsCommand : StepCmdlet
{
    private string? _outFile;

    /// <summary>Specifies how many days back the measurement looks. The default is 7; 0.5 is twelve hours.</summary>
    [Parameter]
    [ValidateRange(0.001, 90)]
    public double Days { get; set; } = 7;

    /// <summary>Indicates that the rules with the proposed thresholds are output as YAML instead of the measurement. Nothing is output when
    /// no threshold is proposed.</summary>
    [Parameter]
    public SwitchParameter AsPatch { get; set; }

    /// <summary>Specifies the file that the rules with the proposed thresholds are written to. A file that exists is replaced. Without a
    /// proposal no file is written.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Specifies the credential for Prometheus. Its password is a token when its user name is
    /// Bearer. It replaces the configured one, goes over TLS only, and is
    /// not recorded.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        base.ResolvePaths();
        _outFile = FullPath(OutFile);
    }

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new MeasurementStep(),
        new MeasurementOptions(TimeSpan.FromDays(Days))
        {
            OutFile = _outFile,
            Credential = Credential?.GetNetworkCredential(),
        });

    private protected override object? OutputOf(IStepResult result) =>
        !AsPatch ? result : result is MetricsMeasurement { Patch.Length: > 0 } measured ? measured.Patch : null;
}
