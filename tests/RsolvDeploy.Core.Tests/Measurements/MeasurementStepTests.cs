using System.Net;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Errors;
using RsolvDeploy.Measurements;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Measurements;

/// <summary>How a measurement asks Prometheus, and where it writes the rules.</summary>
public sealed class MeasurementStepTests
{
    private static readonly Target Target = new()
    {
        Name = "production",
        ConfigurationPath = "/rsolv.yaml",
        Namespace = "shop",
        Deployment = "shop",
        Environment = "production",
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_is_asked_with_the_specified_credential()
    {
        string? asked = null;
        await using var server = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            asked = http.Request.Headers.Authorization;
            http.Response.StatusCode = 400;
            return Task.CompletedTask;
        });
        var target = Target with
        {
            Prometheus = new PrometheusSettings { Url = new Uri($"http://127.0.0.1:{server.Port}/"), Job = "shop" },
        };
        using var context = new StepContext(
            target,
            new StepJournal(new PipelineJournal(new OpenLedgers()), StepKind.Measurement, target, RunId.New(DateTimeOffset.UtcNow)));
        var options = new MeasurementOptions(TimeSpan.FromDays(1)) { Credential = new NetworkCredential("Bearer", "a-token") };

        await Assert.ThrowsAsync<StepException>(() => new MeasurementStep().RunAsync(context, options, Ct));

        Assert.Equal("Bearer a-token", asked);
    }

    [Fact]
    public async Task A_file_is_replaced_and_one_that_cannot_be_written_keeps_the_measurement()
    {
        var measured = new MetricsMeasurement(Target, "run-1", StepStatus.Succeeded, []) { Patch = "rules: new\n" };
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "rules: old, and longer than the new ones\n", Ct);

        await PatchFile.WriteAsync(file, measured, SilentReporter.Instance, Ct);
        var fault = await Assert.ThrowsAsync<StepException>(
            () => PatchFile.WriteAsync(Path.Combine(file, "rules.yaml"), measured, SilentReporter.Instance, Ct));

        Assert.Equal("rules: new\n", await File.ReadAllTextAsync(file, Ct));
        Assert.Equal(("PatchNotWritten", FaultCategory.WriteError), (fault.Id, fault.Category));
        Assert.Equal((StepStatus.Failed, measured.Patch), (fault.Result.Status, ((MetricsMeasurement)fault.Result).Patch));
        File.Delete(file);
    }
}
