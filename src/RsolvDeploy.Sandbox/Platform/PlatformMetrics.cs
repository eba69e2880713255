using System.Text;

namespace RsolvDeploy.Sandbox.Platform;

/// <summary>The platform's metrics: validations, mitigations, requests. Thread safe.</summary>
internal sealed class PlatformMetrics
{
    private static readonly double[] Durations = [100, 500, 1000, 5000, 10000, 30000, 60000];

    private readonly Lock _gate = new();
    private readonly MetricFamily _validations = new("rsolv_validation_executions_total", "counter", "Validation runs.");
    private readonly MetricFamily _validationTime =
        new("rsolv_validation_duration_milliseconds", "histogram", "How long validations took.", Durations);
    private readonly MetricFamily _testsGenerated = new(
        "rsolv_validation_tests_generated_total", "counter", "Tests that validations generated.");
    private readonly MetricFamily _testsFailed = new("rsolv_validation_tests_failed_total", "counter", "Generated tests that failed.");
    private readonly MetricFamily _queue = new("rsolv_validation_queue_length", "gauge", "Validations that wait.");
    private readonly MetricFamily _mitigations = new("rsolv_mitigation_executions_total", "counter", "Mitigation runs.");
    private readonly MetricFamily _mitigationTime =
        new("rsolv_mitigation_duration_milliseconds", "histogram", "How long mitigations took.", Durations);
    private readonly MetricFamily _trust =
        new("rsolv_mitigation_trust_score_value", "histogram", "Trust scores of mitigations.", [10, 25, 50, 75, 90, 95, 100]);
    private readonly MetricFamily _files = new("rsolv_mitigation_files_changed_total", "counter", "Files that mitigations changed.");
    private readonly MetricFamily _requests = new("http_requests_total", "counter", "Requests by method and status.");
    private readonly MetricFamily _requestTime =
        new("http_request_duration_seconds", "histogram", "Time to answer.", [0.005, 0.01, 0.05, 0.1, 0.5, 1, 2]);
    private readonly MetricFamily _build = new("rsolv_platform_build_info", "gauge", "The image that serves.");
    private readonly MetricFamily _memory = new("beam_memory_allocated_bytes", "gauge", "Memory of the virtual machine.");
    private readonly MetricFamily _start = new(
        "process_start_time_seconds", "gauge", "When the process started, in seconds since the epoch.");

    public PlatformMetrics()
    {
        // Production has run before, so its counters do not start at 0.
        const string repo = "RSOLV-dev/nodegoat-vulnerability-demo";
        for (int i = 0; i < 12; i++)
            AddValidation(new PhaseReport(repo, "javascript", "express") { TestsGenerated = 3, DurationMilliseconds = 800 + (i * 400) });
        for (int i = 0; i < 7; i++)
        {
            AddMitigation(new PhaseReport(repo, "javascript", "express")
            {
                TrustScore = 84 + i,
                FilesChanged = 2,
                DurationMilliseconds = 2000 + (i * 900),
            });
        }
    }

    public void AddValidation(PhaseReport report)
    {
        var labels = report.Labels;
        lock (_gate)
        {
            _validations.Add(1, [.. labels, ("status", report.Validated ? "completed" : "rejected")]);
            _validationTime.Observe(report.DurationMilliseconds, labels);
            _testsGenerated.Add(report.TestsGenerated, labels);
            _testsFailed.Add(report.TestsFailed, labels);
        }
    }

    public void AddMitigation(PhaseReport report)
    {
        var labels = report.Labels;
        lock (_gate)
        {
            _mitigations.Add(1, [.. labels, ("status", "completed")]);
            _mitigationTime.Observe(report.DurationMilliseconds, labels);
            _trust.Observe(report.TrustScore, labels);
            _files.Add(report.FilesChanged, labels);
        }
    }

    public void AddRequest(string method, int status, TimeSpan took)
    {
        lock (_gate)
        {
            _requests.Add(1, ("method", method), ("status", status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            _requestTime.Observe(took.TotalSeconds);
        }
    }

    /// <summary>The exposition of <paramref name="pod"/>. A firing alert shows as a queue that is far too long.</summary>
    public string Write(PlatformPod pod, bool alarm)
    {
        var text = new StringBuilder(8192);
        lock (_gate)
        {
            _queue.Set(alarm ? 5000 : 0);
            _memory.Set(96 * 1024 * 1024, ("kind", "total"));
            _start.Set(pod.Started.ToUnixTimeMilliseconds() / 1000.0);
            // One image serves; the series of the previous one must not remain.
            _build.Clear();
            _build.Set(1, ("image", pod.Image));
            foreach (var family in (MetricFamily[])[
                _validations, _validationTime, _testsGenerated, _testsFailed, _queue, _mitigations, _mitigationTime, _trust, _files,
                _requests, _requestTime, _build, _memory, _start])
            {
                family.Write(text);
            }
        }

        return text.ToString();
    }
}
