using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.TestData;

/// <summary>
/// Sends a validation and a mitigation to the platform, so that a verification can show that the counters move. Records the counters
/// before.
/// </summary>
internal sealed class TestDataStep : IStep<TestDataOptions, SentTestData>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.TestData;

    /// <inheritdoc/>
    public string FailureId => "TestDataFailed";

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => TestDataJson.Default;

    /// <inheritdoc/>
    public SentTestData WithoutResult(StepContext context, StepStatus status, string reason) =>
        Carried(context, status, CheckTable.SkipAll(StepKind.TestData, reason, context.Clock));

    /// <inheritdoc/>
    public async Task<SentTestData> RunAsync(StepContext context, TestDataOptions options, CancellationToken ct)
    {
        TestDataSettings settings = context.Target.TestData ?? throw NotConfigured(context.Target, "testData");
        Uri platform = context.Target.Url ?? throw NotConfigured(context.Target, "url");
        var plan = TestDataPlan.Create(Endpoint.AddressOf(platform, settings.Path), settings, context.RunId);
        string key = await PlatformKey.ReadAsync(context.Cluster, context.Target, settings.Key, ct);
        if (!await context.ConfirmAsync($"{context.Target.Name} at {plan.Address}", plan.Change, ct))
        {
            return WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with
            {
                Commit = plan.Commit,
                Records = [.. plan.Records.Select(planned => planned.Record)],
            };
        }

        if (plan.Address is { Scheme: "http", IsLoopback: false })
            context.Reporter.Warning($"The key of the platform's API is sent unencrypted to {plan.Address.Host}.");
        var earlier = context.Resumed?.Facts(TestDataJson.Default.TestDataFacts);
        CounterBaseline? counters = earlier?.Counters ?? await ReadCountersAsync(context, settings, ct);
        context.Journal.Start(new TestDataFacts(counters), TestDataJson.Default);

        using HttpClient http = PlatformAccess.Open(context.Services, context.Target);
        var sender = new TestDataSender(http, plan.Address, settings.Header, key, context.Clock);
        (SentTestData sent, int stored) = await SendAsync(context, plan, sender, ct);
        // The interrupted process may have sent each record once before.
        if (earlier is not null) stored++;
        return counters is null ? sent : sent with
        {
            Baseline = (context.Baseline ?? new Baseline()) with { Counters = counters with { Sent = Math.Max(stored, 1) } },
        };
    }

    private static async Task<(SentTestData Sent, int Stored)> SendAsync(
        StepContext context, TestDataPlan plan, TestDataSender sender, CancellationToken ct)
    {
        var checks = new List<Check>();
        var records = new List<TestRecord>();
        int stored = 0;
        foreach (PlannedRecord planned in plan.Records)
        {
            if (checks.Exists(check => check.FailsStep))
            {
                checks.Add(planned.Definition.Skip($"{checks[^1].Id} failed", context.Clock));
                records.Add(planned.Record);
                continue;
            }

            TestDataResponse? response = null;
            checks.Add(await planned.Definition.EvaluateAsync(new CheckScope(context.Clock, ct), async () =>
            {
                response = await context.Journal.Ledger.DoAsync(
                    $"post {planned.Record.Phase} {plan.Commit} to {plan.Address}", () => sender.SendAsync(planned, ct));
                context.Journal.MarkChanged();
                return TestDataChecks.Judge(planned, response, plan);
            }));
            stored = Math.Max(stored, response?.Stored ?? 0);
            records.Add(planned.Record with
            {
                StatusCode = response?.StatusCode,
                Response = response?.Body ?? "",
                Attempts = response?.Attempts ?? 0,
            });
        }

        var status = checks.Exists(check => check.FailsStep) ? StepStatus.Failed : StepStatus.Succeeded;
        return (Carried(context, status, checks) with { Commit = plan.Commit, Records = records }, stored);
    }

    // Without the counters nothing would show what the test data moves, so they are read before it is sent.
    private static async Task<CounterBaseline?> ReadCountersAsync(StepContext context, TestDataSettings settings, CancellationToken ct)
    {
        Target target = context.Target;
        if (target.Prometheus is not { } prometheus || target.Metrics.Rises.Count == 0) return null;
        using var client = PrometheusClient.Open(prometheus, context.Services, context.Clock);
        CounterBaseline read = await new RiseWatch(client, target, context.Reporter, context.Clock).RecordAsync(target.Metrics.Rises, ct);
        return read with { Labels = TestDataPlan.LabelsOf(target, settings) };
    }

    private static SentTestData Carried(StepContext context, StepStatus status, IReadOnlyList<Check> checks)
    {
        (string? image, long? revision) = context.Previous switch
        {
            Rollout rollout => (rollout.Image, rollout.PreviousRevision),
            Migration migration => (migration.Image, migration.PreviousRevision),
            Verification verification => (verification.Image, verification.PreviousRevision),
            SentTestData sent => (sent.Image, sent.PreviousRevision),
            Rollback rollback => (rollback.Image, null),
            _ => ((string?)null, (long?)null),
        };
        return new SentTestData(context.Target, context.RunId, status, checks) { Image = image, PreviousRevision = revision };
    }

    private static DeployException NotConfigured(Target target, string key) => new(
        "TestDataNotConfigured",
        FaultCategory.InvalidOperation,
        $"The target {target.Name} has no {key}, so no test data is sent to it.",
        $"Set {key} of the target, where test data may be sent to it.")
    { Subject = target.Name };
}
