namespace RsolvDeploy.Health.Exposition;

/// <summary>What a metric family is declared to be. <see cref="Unknown"/> stands for <c>untyped</c> and for no declaration.</summary>
internal enum MetricType
{
    Unknown,
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
    StateSet,
    GaugeHistogram,
}
