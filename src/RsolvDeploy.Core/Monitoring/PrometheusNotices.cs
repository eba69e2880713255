namespace RsolvDeploy.Monitoring;

/// <summary>What a server adds to a response that succeeded.</summary>
/// <param name="Warnings">Its warnings, such as a store of Thanos that did not respond.</param>
/// <param name="Infos">Its remarks on the query, such as a rate of what may be no counter.</param>
/// <param name="IsPartial">Whether it says itself that data is missing (VictoriaMetrics' <c>isPartial</c>).</param>
internal sealed record PrometheusNotices(IReadOnlyList<string> Warnings, IReadOnlyList<string> Infos, bool IsPartial)
{
    /// <summary>
    /// Whether the server finds a new series some seconds after it was stored, as VictoriaMetrics does, which adds statistics to its
    /// responses.
    /// </summary>
    public bool IsBehind { get; init; }

    public static readonly PrometheusNotices None = new([], [], false);

    /// <summary>Whether the data may not be all there is.</summary>
    public bool IsIncomplete => IsPartial || Warnings.Count > 0;

    /// <summary>As it stands behind the evidence; empty when there is nothing.</summary>
    public override string ToString() => string.Join(
        "; ",
        new[] { IsPartial ? "the data is partial" : "" }
            .Concat(Warnings.Select(warning => $"warning: {warning}"))
            .Concat(Infos.Select(info => $"info: {info}"))
            .Where(part => part.Length > 0)
            .Take(5));
}
