using RsolvDeploy.Core.Tests.Reports;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Benchmarks;

/// <summary>Reads the ledger of a run with 500 checks and 50 pods, and writes its report, in each format.</summary>
internal static class ReportBenchmark
{
    public static Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var run = LargeReport.Run();
        return Task.FromResult<IReadOnlyList<Candidate>>([.. Enum.GetValues<ReportFormat>().Select(format => new Candidate(
            $"report of 500 checks and 50 pods, {format}",
            () => new ReportRenderer(new TemplateFolder(null)).RenderAsync(ReportJson.Redact(run.Report(), new()), format))
        {
            Owns = format == ReportFormat.Sarif ? run : null,
        })]);
    }
}
