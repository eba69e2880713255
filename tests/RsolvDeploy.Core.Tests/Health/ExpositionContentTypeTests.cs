using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Core.Tests.Health;

public sealed class ExpositionContentTypeTests
{
    [Theory]
    [InlineData("text/plain", false)]
    [InlineData("TEXT/Plain ; version=0.0.4; charset=utf-8;", false)]
    [InlineData("text/plain; charset=\"utf-8\"", false)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    public void What_Prometheus_knows_is_taken(string header, bool isOpenMetrics) =>
        Assert.Equal(new ExpositionContentType(isOpenMetrics), ExpositionContentType.Decide(header, null));

    [Theory]
    [InlineData(null, "there is no content type")]
    [InlineData("", "there is no content type")]
    [InlineData("text/html; charset=utf-8", "the content type is text/html")]
    [InlineData("text/plain; charset", "the content type 'text/plain; charset' is malformed")]
    [InlineData("text/plain; a=1; A=2", "the content type 'text/plain; a=1; A=2' is malformed")]
    [InlineData("plain", "the content type is plain")]
    public void What_Prometheus_3_refuses_is_an_error_unless_the_job_has_a_fallback(string? header, string reason)
    {
        Assert.Equal(
            $"{reason}, which Prometheus 3 refuses; Prometheus 2 reads it as text", ExpositionContentType.Decide(header, null).Error);

        var fallback = ExpositionContentType.Decide(header, "OpenMetricsText1.0.0");

        Assert.True(fallback.IsOpenMetrics);
        Assert.Null(fallback.Error);
        Assert.StartsWith(reason, fallback.Warning, StringComparison.Ordinal);
    }
}
