namespace RsolvDeploy.Monitoring;

/// <summary>Reads the error rate by the configured query.</summary>
internal static class ErrorRateReader
{
    /// <summary>The rate now; null for no data.</summary>
    public static async Task<double?> ReadAsync(PrometheusClient prometheus, ErrorRateTrigger trigger, CancellationToken ct)
    {
        var values = await prometheus.QueryAsync(trigger.Query, ct);
        return values.Count == 1 && double.IsFinite(values[0].Value) ? values[0].Value : null;
    }
}
