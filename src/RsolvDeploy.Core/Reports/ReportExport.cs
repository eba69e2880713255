using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;
using RsolvDeploy.Runs;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Reports;

/// <summary>Writes the reports of a run to files that only their owner can read.</summary>
/// <param name="folder">The folder; created when it does not exist.</param>
/// <param name="redactor">Removes secret values from every text of a report.</param>
/// <param name="clock">The clock.</param>
internal sealed class ReportExport(string folder, Redactor redactor, TimeProvider clock)
{
    /// <summary>The folder of templates that replace those of the module; null for none.</summary>
    public string? Templates { get; init; }

    /// <summary>Whether to replace files that exist.</summary>
    public bool Force { get; init; }

    /// <summary>Reads a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="results">Results of the run from the pipeline; the ledger may not hold them.</param>
    /// <exception cref="DeployException"><c>RunNotFound</c>: neither a ledger nor a result is there.</exception>
    public ReportData Read(string runId, IReadOnlyList<IStepResult> results)
    {
        var recorded = new RunFolder(runId);
        if (!recorded.IsRecorded && results.Count == 0)
        {
            throw new DeployException("RunNotFound", FaultCategory.ObjectNotFound, $"No run {runId} is recorded on this machine.",
                "Get-RsolvRun lists the runs. A report of another machine's run is made there.")
            { Subject = runId };
        }

        var report = new ReportReader(clock).Read(runId, recorded.IsRecorded ? RecordedRun.From(recorded) : null, results);
        return ReportJson.Redact(report, redactor);
    }

    /// <summary>Where a report is written.</summary>
    public string PathOf(ReportData report, ReportFormat format) =>
        Path.Combine(folder, $"rsolv-{FileName(report.Target)}-{FileName(report.RunId)}{ReportRenderer.Extension(format)}");

    /// <summary>Writes a report.</summary>
    /// <exception cref="DeployException"><c>ReportExists</c>, <c>ReportNotWritable</c>, or an error of the template.</exception>
    public async Task<ReportFile> WriteAsync(ReportData report, ReportFormat format)
    {
        var path = PathOf(report, format);
        if (!Force && File.Exists(path)) throw Exists(path);
        var content = Encoding.UTF8.GetBytes(await new ReportRenderer(new TemplateFolder(Templates)).RenderAsync(report, format));
        try
        {
            PrivateStorage.CreateFolder(folder);
            Write(path, content);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw new DeployException("ReportNotWritable", FaultCategory.WriteError, $"The report {path} cannot be written: {e.Message}",
                "Specify another folder with -Path, or free disk space.", e)
            { Subject = path };
        }

        return new ReportFile(report.RunId, format, path)
        {
            TargetName = report.Target,
            Verdict = report.Verdict,
            Size = content.Length,
        };
    }

    // Under its final name a report is whole, or it is not there.
    private void Write(string path, byte[] content)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            PrivateStorage.WriteNew(draft, content);
            File.Move(draft, path, overwrite: Force);
        }
        catch (IOException) when (!Force && File.Exists(path))
        {
            throw Exists(path);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static DeployException Exists(string path) =>
        new("ReportExists", FaultCategory.ResourceExists, $"The report {path} exists already.",
            "Specify -Force to replace it, or another folder with -Path.")
        { Subject = path };

    // A name of the configuration may hold what a file name cannot.
    private static string FileName(string name) =>
        string.Concat(name.Select(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.' ? one : '_'));
}
