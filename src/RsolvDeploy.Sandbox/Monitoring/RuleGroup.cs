namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The nine alerting rules of RFC-060.</summary>
internal sealed record RuleGroup(string Name, IReadOnlyList<AlertRule> Rules)
{
    public static IReadOnlyList<RuleGroup> Rfc060 { get; } =
    [
        new("rfc_060_validation", [
            new("RsolvValidationRejectionsHigh",
                "sum(rate(rsolv_validation_executions_total{status=\"rejected\"}[5m])) / "
                    + "sum(rate(rsolv_validation_executions_total[5m])) > 0.5",
                TimeSpan.FromMinutes(5), "warning", "More than half of the validations are rejected"),
            new("RsolvValidationSlow",
                "histogram_quantile(0.95, sum by (le) (rate(rsolv_validation_duration_milliseconds_bucket[5m]))) > 30000",
                TimeSpan.FromMinutes(5), "warning", "Validations take longer than 30 s"),
            new("RsolvValidationQueueLong", "rsolv_validation_queue_length > 1000",
                TimeSpan.Zero, "critical", "{{ $value }} validations wait on {{ $labels.instance }}"),
            new("RsolvValidationMetricsMissing", "absent(rsolv_validation_executions_total)",
                TimeSpan.FromMinutes(5), "critical", "No validation metrics arrive"),
        ]),
        new("rfc_060_mitigation", [
            new("RsolvMitigationTrustScoreLow",
                "sum(rate(rsolv_mitigation_trust_score_value_sum[10m])) / sum(rate(rsolv_mitigation_trust_score_value_count[10m])) < 50",
                TimeSpan.FromMinutes(10), "warning", "The mean trust score is {{ $value }}"),
            new("RsolvMitigationSlow",
                "histogram_quantile(0.95, sum by (le) (rate(rsolv_mitigation_duration_milliseconds_bucket[5m]))) > 60000",
                TimeSpan.FromMinutes(5), "warning", "Mitigations take longer than a minute"),
            new("RsolvMitigationMetricsMissing", "absent(rsolv_mitigation_executions_total)",
                TimeSpan.FromMinutes(5), "critical", "No mitigation metrics arrive"),
        ]),
        new("rfc_060_platform", [
            new("RsolvPlatformDown", "up{job=\"rsolv-platform\"} == 0",
                TimeSpan.FromMinutes(1), "critical", "{{ $labels.instance }} cannot be scraped"),
            new("RsolvPlatformErrorsHigh",
                "sum(rate(http_requests_total{status=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m])) > 0.05",
                TimeSpan.FromMinutes(5), "critical", "More than 5 % of the requests fail"),
        ]),
    ];
}
