using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Core.Tests.Reports;

/// <summary>Files of reports: private, never overwritten unasked, from templates that can be replaced, and without secret values.</summary>
public sealed class ReportExportTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("rsolv-export-").FullName, "reports");
    private readonly Redactor _redactor = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 28, 14, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task A_report_is_readable_by_its_owner_only()
    {
        var written = await WriteAsync(new ReportExport(_folder, _redactor, _clock), ReportFormat.Html);
        Assert.Equal("rsolv-production-20261128-134254-a1b2c3.html", Path.GetFileName(written.Path));
        Assert.Equal(new FileInfo(written.Path).Length, written.Size);
        Assert.Equal([written.Path], Directory.GetFiles(_folder));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(written.Path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public async Task An_existing_report_is_replaced_only_when_asked()
    {
        var export = new ReportExport(_folder, _redactor, _clock);
        var path = (await WriteAsync(export, ReportFormat.Json)).Path;
        File.WriteAllText(path, "mine");
        var error = await Assert.ThrowsAsync<DeployException>(() => WriteAsync(export, ReportFormat.Json));
        Assert.Equal(("ReportExists", "mine"), (error.Id, File.ReadAllText(path)));
        await WriteAsync(new ReportExport(_folder, _redactor, _clock) { Force = true }, ReportFormat.Json);
        Assert.StartsWith("{", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_an_error_with_its_path()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
        File.WriteAllText(_folder, "a file");
        var error = await Assert.ThrowsAsync<DeployException>(
            () => WriteAsync(new ReportExport(_folder, _redactor, _clock), ReportFormat.Json));
        Assert.Equal("ReportNotWritable", error.Id);
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_of_the_folder_replaces_the_one_of_the_module()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(
            Path.Combine(_folder, "report.md.liquid"),
            "{{ report.target }}{% for c in report.checks %} {{ c.id }}={{ c.status }}{% endfor %}");
        var export = new ReportExport(_folder, _redactor, _clock) { Templates = _folder };
        Assert.StartsWith(
            "production environment.cluster=Passed ", File.ReadAllText((await WriteAsync(export, ReportFormat.Markdown)).Path),
            StringComparison.Ordinal);
        Assert.Contains("<!DOCTYPE html>", File.ReadAllText((await WriteAsync(export, ReportFormat.Html)).Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% if %}")]
    [InlineData("{{ report.nothing }}")]
    [InlineData("{{ report.target | nothing }}")]
    public async Task A_template_with_an_error_is_named_and_no_file_is_left(string template)
    {
        Directory.CreateDirectory(_folder);
        var file = Path.Combine(_folder, "report.md.liquid");
        File.WriteAllText(file, template);
        var error = await Assert.ThrowsAsync<DeployException>(
            () => WriteAsync(new ReportExport(_folder, _redactor, _clock) { Templates = _folder }, ReportFormat.Markdown));
        Assert.Equal(("TemplateInvalid", file), (error.Id, error.Subject));
        Assert.Equal([file], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_missing_template_folder_is_named()
    {
        var error = await Assert.ThrowsAsync<DeployException>(
            () => WriteAsync(new ReportExport(_folder, _redactor, _clock) { Templates = "/nowhere" }, ReportFormat.Html));
        Assert.Equal(("TemplateFolderNotFound", "/nowhere"), (error.Id, error.Subject));
    }

    [Fact]
    public void A_run_that_is_not_recorded_is_an_error()
    {
        var error = Assert.Throws<DeployException>(() => new ReportExport(_folder, _redactor, _clock).Read("20200101-000000-000000", []));
        Assert.Equal("RunNotFound", error.Id);
    }

    [Fact]
    public async Task No_format_shows_a_secret_value()
    {
        const string Secret = "hunter2-and-more";
        _redactor.Add(Secret);
        using var run = new ReportedRun();
        var result = new Rollout(run.Target, "20261128-150000-ffffff", StepStatus.Failed,
            [run.Check(CheckTable.RolloutCompleted, CheckOutcome.NotMet($"it logged {Secret}", Secret).Compared(Secret, Secret))])
        {
            Diff = $"+ value: {Secret}",
            Diagnosis = new Diagnosis("CrashLoop", Secret) { LastLog = [$"password={Secret}"], Events = [Secret], Remedy = Secret },
            Timeline = [new TimelineEntry(run.Clock.GetUtcNow(), Secret) { Ready = 0, Old = 0, Desired = 1 }],
            Pods = [new PodState("pod", "Running", false, 0, null, null) { Reason = Secret }],
        };
        var export = new ReportExport(_folder, _redactor, _clock);
        var report = export.Read(result.RunId, [result]);
        foreach (var format in Enum.GetValues<ReportFormat>())
        {
            var text = File.ReadAllText((await export.WriteAsync(report, format)).Path);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.Contains("not shown", text, StringComparison.Ordinal);
        }
    }

    private async Task<ReportFile> WriteAsync(ReportExport export, ReportFormat format)
    {
        using var run = ReportedRun.Whole();
        return await export.WriteAsync(ReportJson.Redact(run.Report(), _redactor), format);
    }
}
