using System.Text.Json.Serialization;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Tracing;

namespace RsolvDeploy.Core.Tests.Tracing;

/// <summary>Runs as traces: what a collector receives, and that none is needed.</summary>
public sealed class TraceTests
{
    private const string RunId = "20261128-115500-abcdef";

    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly TargetIdentity Target = new("production", "prod", "app", "/rsolv.yaml");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_step_is_a_span_with_its_checks_below_and_its_states_as_events()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Ct);
        var rollout = new Rollout(Target, RunId, StepStatus.Failed,
        [
            new Check("rollout.completed", "Update", "It is rolled out", CheckStatus.Failed)
            {
                Started = Start.AddSeconds(1),
                Duration = TimeSpan.FromSeconds(2.5),
                Evidence = "password=hunter2 in the log",
                Expected = 2L,
                Actual = 0.5,
                Unit = "replicas",
            },
            new Check("rollout.image", "Update", "The image runs", CheckStatus.Skipped) { Started = Start },
        ])
        {
            Timeline = [new TimelineEntry(Start.AddSeconds(2), "0 of 2 pods are ready") { Desired = 2, Ready = 0 }],
        };

        Assert.Null(await Exporter(receiver).ExportAsync("Update", rollout, Start, TimeSpan.FromSeconds(30), Ct));

        var (step, check) = (receiver.Spans[0], receiver.Spans[1]);
        Assert.Equal(2, receiver.Spans.Count);
        Assert.Equal(("Update", Start, Start.AddSeconds(30), 2), (step.Name, step.Start, step.End, step.Status));
        Assert.Equal(("production", "Failed", "prod"),
            (step.Attributes["rsolv.target"], step.Attributes["rsolv.status"], step.Attributes["k8s.namespace.name"]));
        var (name, at, attributes) = Assert.Single(step.Events);
        Assert.Equal(("0 of 2 pods are ready", Start.AddSeconds(2), 2L, 0L),
            (name, at, attributes["rsolv.pods.desired"], attributes["rsolv.pods.ready"]));
        Assert.Equal(("rollout.completed", step.SpanId, 2, Start.AddSeconds(3.5)), (check.Name, check.ParentId, check.Status, check.End));
        Assert.Equal((2L, 0.5, "replicas"),
            (check.Attributes["rsolv.check.expected"], check.Attributes["rsolv.check.actual"], check.Attributes["rsolv.check.unit"]));
        Assert.DoesNotContain(receiver.Spans.SelectMany(span => span.Attributes.Values),
            value => value?.ToString()?.Contains("hunter2", StringComparison.Ordinal) == true);
        Assert.Equal("Bearer t=1", receiver.Authorization);
        Assert.Equal(("deploy", "eu"), (receiver.Resource["service.name"], receiver.Resource["region"]));
    }

    [Fact]
    public async Task All_steps_of_a_run_are_one_trace_whose_root_is_its_sign_off()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Ct);
        // Two machines: two exporters.
        var rollout = new Rollout(Target, RunId, StepStatus.Succeeded, []);
        await Exporter(receiver).ExportAsync("Update", rollout, Start, TimeSpan.FromMinutes(1), Ct);
        var signOff = new RunSignOff(Target, RunId, StepStatus.Succeeded, []) { Outcome = DeploymentOutcome.Succeeded };
        await Exporter(receiver).ExportAsync("Completion", signOff, Start.AddMinutes(5), TimeSpan.FromSeconds(1), Ct);

        Assert.Single(receiver.Spans.Select(span => span.TraceId).Distinct());
        var root = receiver.Spans.Single(span => span.ParentId is null);
        Assert.Equal(("deployment of production", Start.AddMinutes(-5), 1), (root.Name, root.Start, root.Status));
        Assert.All(receiver.Spans.Where(span => span != root), span => Assert.Equal(root.SpanId, span.ParentId));
        Assert.Equal(3, receiver.Spans.Select(span => span.SpanId).Distinct().Count());
        Assert.NotEqual(TraceIdentity.For(RunId, null).TraceId, TraceIdentity.For("20261128-115500-abcdee", null).TraceId);
    }

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01", null, null)]
    [InlineData("nonsense", null, null)]
    [InlineData(null, null, null)]
    public void The_trace_of_a_CI_job_is_continued(string? parent, string? trace, string? span)
    {
        var identity = TraceIdentity.For(RunId, parent);
        Assert.Equal(span, identity.ParentId);
        Assert.Equal(trace ?? TraceIdentity.For(RunId, null).TraceId, identity.TraceId);
    }

    [Fact]
    public async Task A_collector_that_fails_or_is_gone_is_a_warning_and_the_step_succeeds()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Ct);
        receiver.Status = 503;
        var (outcome, warnings) = await RunAsync(Exporter(receiver));
        Assert.Equal((StepStatus.Succeeded, null), (outcome.Result.Status, outcome.Error));
        Assert.StartsWith(
            $"The trace was not sent to {receiver.Address.ToString().TrimEnd('/')}: status 503.",
            Assert.Single(warnings),
            StringComparison.Ordinal);

        (outcome, warnings) = await RunAsync(new TraceExporter(new OtlpSettings(new Uri("http://127.0.0.1:1/v1/traces"))));
        Assert.Equal(StepStatus.Succeeded, outcome.Result.Status);
        Assert.Single(warnings);

        receiver.Hangs = true;
        (outcome, warnings) = await RunAsync(new TraceExporter(
            new OtlpSettings(new Uri(receiver.Address, "v1/traces")) { Timeout = TimeSpan.FromMilliseconds(100) }));
        Assert.Equal(StepStatus.Succeeded, outcome.Result.Status);
        Assert.Contains("did not respond in time", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_exports_its_own_span()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Ct);
        var (_, warnings) = await RunAsync(Exporter(receiver));
        Assert.Empty(warnings);
        Assert.Equal(("Health", 1), (Assert.Single(receiver.Spans).Name, receiver.Spans[0].Status));
    }

    [Fact]
    public void The_variables_of_OpenTelemetry_are_read()
    {
        Assert.Null(Settings([]));
        Assert.Null(Settings(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://c:4318", ["OTEL_SDK_DISABLED"] = "TRUE" }));
        Assert.Null(Settings(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://c:4318", ["OTEL_TRACES_EXPORTER"] = "none" }));
        var common = Settings(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://c:4318/otlp/",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "60000",
        })!;
        Assert.Equal(("https://c:4318/otlp/v1/traces", TimeSpan.FromSeconds(3)), (common.Endpoint!.ToString(), common.Timeout));
        var own = Settings(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://c:4318",
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = "http://t:1/x",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "500",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Basic%20YQ%3D%3D, x-tenant = a",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.name=other,team=web",
        })!;
        Assert.Equal(("http://t:1/x", TimeSpan.FromMilliseconds(500)), (own.Endpoint!.ToString(), own.Timeout));
        Assert.Equal(("Basic YQ==", "a"), (own.Headers["authorization"], own.Headers["x-tenant"]));
        Assert.Equal(("other", "web"), (own.Resource["service.name"], own.Resource["team"]));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL is grpc. Set it to http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "GRPC", "c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL is grpc. Set it to http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "s3cret", "http://c:1", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is not known. ")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "", "c:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is no http or https address. ")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "http://c:4318", null)]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "http://c:4318", null)]
    public async Task Settings_that_cannot_work_are_one_warning_that_names_what_to_set(
        string name, string protocol, string endpoint, string? problem)
    {
        var settings = Settings(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint, [name] = protocol })!;
        Assert.Equal(problem is null, settings.Endpoint is not null);
        if (problem is null) return;
        var exporter = new TraceExporter(settings);
        var (outcome, warnings) = await RunAsync(exporter);
        Assert.Equal(StepStatus.Succeeded, outcome.Result.Status);
        Assert.StartsWith($"No trace is sent: {problem}", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("4318", warnings[0], StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", warnings[0], StringComparison.Ordinal);
        Assert.Empty((await RunAsync(exporter)).Warnings);
    }

    [Fact]
    public void The_protocol_of_traces_wins_over_the_common_one() => Assert.NotNull(Settings(new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://c:4318",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf",
    })!.Endpoint);

    private static OtlpSettings? Settings(Dictionary<string, string> variables) =>
        OtlpSettings.Read(name => variables.GetValueOrDefault(name));

    private static TraceExporter Exporter(OtlpReceiver receiver) => new(Settings(new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address.ToString(),
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "Authorization=Bearer%20t%3D1",
        ["OTEL_SERVICE_NAME"] = "deploy",
        ["OTEL_RESOURCE_ATTRIBUTES"] = "region=eu",
    })!);

    private static async Task<(StepOutcome Outcome, IReadOnlyList<string> Warnings)> RunAsync(TraceExporter exporter)
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "/rsolv.yaml",
            Namespace = "prod",
            Deployment = "app",
            Environment = "production",
        };
        var reporter = new WarningList();
        var journal = new StepJournal(new PipelineJournal(new OpenLedgers()), StepKind.Health, target, RunId);
        using var context = new StepContext(target, journal) { Reporter = reporter, Traces = exporter };
        return (await StepInvocation.Create(new QuietStep(), new CompletionOptions()).RunAsync(context, Ct), reporter.Warnings);
    }

    private sealed class QuietStep : IStep<CompletionOptions, Verification>
    {
        public StepKind Kind => StepKind.Health;

        public string FailureId => "HealthFailed";

        public JsonSerializerContext OptionsJson => CompletionJson.Default;

        public Verification WithoutResult(StepContext context, StepStatus status, string reason) =>
            new(context.Target, context.RunId, Verdict.Error, []) { Status = status };

        public Task<Verification> RunAsync(StepContext context, CompletionOptions options, CancellationToken ct) =>
            Task.FromResult(new Verification(context.Target, context.RunId, Verdict.Passed, []));
    }

    private sealed class WarningList : IReporter
    {
        public List<string> Warnings { get; } = [];

        public void Warning(string message) => Warnings.Add(message);

        public void Progress(ProgressUpdate update)
        {
        }

        public void Verbose(string message)
        {
        }

        public void Information(string message)
        {
        }
    }
}
