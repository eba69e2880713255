namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>The nine alert rules of RFC-060 in three groups; tests replace the expression of the first.</summary>
internal static class PrometheusRuleFile
{
    /// <summary>Never true for the metrics of the platform.</summary>
    public const string Quiet = "sum(rate(rsolv_validation_executions_total{status=\"failed\"}[5m])) > 100";

    /// <summary>Loads without an error and fails at each evaluation.</summary>
    public const string Erroring = "rsolv_validation_executions_total * on (environment) rsolv_validation_executions_total > 0";

    /// <summary>Always true.</summary>
    public const string Firing = "vector(1) > 0";

    public static string With(string expression) => $$"""
        groups:
          - name: rfc_060_validation
            rules:
              - { alert: ValidationFailureRate, expr: '{{expression}}', labels: { rfc: '060', severity: critical } }
              - { alert: ValidationSlow, expr: 'histogram_quantile(0.95, sum by (le) (rate(rsolv_validation_duration_seconds_bucket[5m]))) > 300', for: 5m, labels: { rfc: '060' } }
              - { alert: ValidationNoTests, expr: 'sum(rsolv_validation_tests_generated_total) < 0', labels: { rfc: '060' } }
          - name: rfc_060_mitigation
            rules:
              - { alert: MitigationFailureRate, expr: 'sum(rate(rsolv_mitigation_executions_total{status="failed"}[5m])) > 100', labels: { rfc: '060' } }
              - { alert: MitigationTrustLow, expr: 'rsolv_mitigation_trust_score_value_sum / rsolv_mitigation_trust_score_value_count < 0', labels: { rfc: '060' } }
              - { alert: MitigationStuck, expr: 'rsolv_mitigation_running > 100', for: 10m, labels: { rfc: '060' } }
          - name: rfc_060_platform
            rules:
              - { alert: PlatformErrors, expr: 'sum(rate(http_requests_total{status=~"5.."}[5m])) > 100', labels: { rfc: '060' } }
              - { alert: PlatformRestarts, expr: 'changes(process_start_time_seconds[15m]) > 100', labels: { rfc: '060' } }
              - { alert: PlatformMemory, expr: 'process_resident_memory_bytes > 1e15', labels: { rfc: '060' } }
          - name: somebody_else
            rules:
              - { alert: Other, expr: 'vector(1) > 0', labels: { team: other } }
        """;
}
