using System.Text;

namespace RsolvDeploy.Services.Tests.Expositions;

/// <summary>Expositions in the shapes that well-known exporters and client libraries write, in words of our own.</summary>
internal static class ExpositionCorpus
{
    public const string Text = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>All of them are as the format has them.</summary>
    public static IReadOnlyList<ExpositionInput> WellFormed { get; } =
    [
        From("elixir", Text, """
            # HELP rsolv_validation_executions_total Validations, by how they ended.
            # TYPE rsolv_validation_executions_total counter
            rsolv_validation_executions_total{environment="production",language="javascript",status="completed"} 12
            rsolv_validation_executions_total{environment="production",language="ruby",status="failed"} 0
            # HELP rsolv_validation_duration_milliseconds How long a validation takes.
            # TYPE rsolv_validation_duration_milliseconds histogram
            rsolv_validation_duration_milliseconds_bucket{le="1000"} 3
            rsolv_validation_duration_milliseconds_bucket{le="60000"} 12
            rsolv_validation_duration_milliseconds_bucket{le="+Inf"} 12
            rsolv_validation_duration_milliseconds_sum 118025.25
            rsolv_validation_duration_milliseconds_count 12

            """),
        From("go client", Text, """
            # HELP go_gc_duration_seconds A summary of the pauses of the collector.
            # TYPE go_gc_duration_seconds summary
            go_gc_duration_seconds{quantile="0"} 2.4291e-05
            go_gc_duration_seconds{quantile="0.5"} 4.7e-05
            go_gc_duration_seconds{quantile="1"} 0.000193958
            go_gc_duration_seconds_sum 0.0031
            go_gc_duration_seconds_count 57
            # HELP go_info The runtime.
            # TYPE go_info gauge
            go_info{version="go1.25.1"} 1
            # HELP process_virtual_memory_max_bytes The most virtual memory.
            # TYPE process_virtual_memory_max_bytes gauge
            process_virtual_memory_max_bytes 1.8446744073709552e+19

            """),
        From("java", Text, """
            # HELP jvm_buffer_count_buffers  
            # TYPE jvm_buffer_count_buffers gauge
            jvm_buffer_count_buffers{id="mapped - 'non-volatile memory'",} 0.0
            jvm_buffer_count_buffers{id="direct",} 6.0
            # HELP http_server_requests_seconds_max  
            # TYPE http_server_requests_seconds_max gauge
            http_server_requests_seconds_max{exception="None",method="GET",uri="/orders/{id}",} NaN

            """),
        From("windows", Text, """
            # HELP windows_service_start_mode The start mode.
            # TYPE windows_service_start_mode gauge
            windows_service_start_mode{name="spooler",path="C:\\Windows\\System32\\spoolsv.exe"} 1
            # TYPE windows_logical_disk_free_bytes gauge
            windows_logical_disk_free_bytes{volume="C:"} 6.1572382720e+10

            """),
        From("containers", Text, """
            # HELP container_cpu_usage_seconds_total Time that was used.
            # TYPE container_cpu_usage_seconds_total counter
            container_cpu_usage_seconds_total{cpu="total",id="/",name=""} 123.4 1764324000000
            container_cpu_usage_seconds_total{cpu="total",id="/kubepods.slice",name=""} 99 1764324000123
            # HELP container_scrape_error 1 if there was an error.
            # TYPE container_scrape_error gauge
            container_scrape_error 0

            """),
        From("proxy without help", Text, """
            # TYPE envoy_cluster_upstream_rq counter
            envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="a"} 41
            envoy_cluster_upstream_rq{envoy_response_code="503",envoy_cluster_name="a"} 2

            # TYPE envoy_server_live untyped
            envoy_server_live 1

            """),
        From("text of many tongues", Text, """
            # a comment, and one without a blank
            #comment
            #
            # HELP weather_temperature_celsius Température, außen — 日本.
            # TYPE weather_temperature_celsius gauge
            weather_temperature_celsius { place = "Zürich \"Nord\"" , sensor = "a\\b\nc" } -3.5e0
            weather_rain_ratio	0.25	
            weather_wind:rate5m +Inf
            weather_sun 1.

            """),
        From("no metadata", Text, "up_time 1\nup_time{} 2\nzero 0\nbig 1e308\nsmall 4.9e-324\nneg -0\n"),
        From("quoted names", Text, """
            # HELP "http.server.requests" Requests.
            # TYPE "http.server.requests" counter
            {"http.server.requests","http.status_code"="200",method="GET"} 7
            {"http.server.requests","http.status_code"="500",method="GET"} 1

            """),
        From("openmetrics", OpenMetrics, """
            # HELP http_requests Requests, by "code" and \\path\n.
            # TYPE http_requests counter
            http_requests_total{code="200",path="a\\b"} 1027.0 1764324000.123
            http_requests_created{code="200",path="a\\b"} 1764320000.5
            # TYPE request_seconds histogram
            # UNIT request_seconds seconds
            # HELP request_seconds Time.
            request_seconds_bucket{le="0.1"} 8 # {} 0.054
            request_seconds_bucket{le="1.0"} 9 # {trace_id="4bf92f3577b34da6"} 0.67 1764323999.4
            request_seconds_bucket{le="+Inf"} 10 1764324000 # {trace_id="KOO5S4vxi0o",span_id=""} 9.8
            request_seconds_sum 21.5
            request_seconds_count 10
            # TYPE build info
            build_info{version="1.2.3"} 1
            # TYPE mode stateset
            mode{mode="on"} 1
            mode{mode="off"} 0
            # TYPE queue gaugehistogram
            queue_bucket{le="+Inf"} 4
            queue_gsum 4
            queue_gcount 4
            # TYPE odd unknown
            odd NaN
            # EOF

            """),
        From("openmetrics with quoted names", OpenMetrics, """
            # TYPE "disk.used" gauge
            # HELP "disk.used" Bytes.
            {"disk.used","disk.name"="a"} 1
            {"disk.used","disk.name"="b"} 2 1764324000
            # EOF
            """),
        From("openmetrics without samples", OpenMetrics, "# EOF\n"),
        From("kube state", Text, """
            # HELP kube_pod_info [STABLE] Information about pod.
            # TYPE kube_pod_info gauge
            kube_pod_info{namespace="rsolv-production",pod="web-7c9d-x",host_ip="10.0.0.1",node="",created_by_kind="ReplicaSet"} 1
            # HELP kube_pod_status_phase The phase.
            # TYPE kube_pod_status_phase gauge
            kube_pod_status_phase{namespace="rsolv-production",pod="web-7c9d-x",phase="Pending"} 0
            kube_pod_status_phase{namespace="rsolv-production",pod="web-7c9d-x",phase="Running"} 1

            """),
    ];

    /// <summary>Situations of public reports: what Prometheus takes although the format forbids it, and what it refuses.</summary>
    public static IReadOnlyList<ExpositionInput> Reported { get; } =
    [
        From("an escape that is none in HELP", Text, "# HELP a A regular expression \\d+ \\.\n# TYPE a gauge\na 1\n"),
        From("a path in a label", Text, "a{path=\"C:\\Program Files\\x\"} 1\n"),
        From("HELP twice", Text, "# HELP a x\n# TYPE a gauge\na 1\n# HELP a y\n"),
        From("TYPE twice", Text, "# TYPE a gauge\n# TYPE a counter\na 1\n"),
        From("TYPE after samples", Text, "a 1\n# TYPE a gauge\n"),
        From("no last line feed", Text, "a 1\nb 2"),
        From("lines that are scattered", Text, "a{x=\"1\"} 1\nb 1\na{x=\"2\"} 1\n"),
        From("one series twice", Text, "a 1\na 2\n"),
        From("no comma", Text, "a{b=\"1\" c=\"2\"} 1\n"),
        From("a line feed in a label", Text, "a{b=\"1\n2\",c=\"\nx\"} 1\nb 1\n"),
        From("a quoted text that does not end", Text, "a{b=\"1} 1\nb 2\nc 3\n"),
        From("a quoted help name across lines", Text, "# HELP \"a.b\nc\" it's \"so\na 1\n"),
        From("an exemplar of a gauge", OpenMetrics, "# TYPE a gauge\na 1 # {} 0.5\n# EOF\n"),
        From("a quoted help name across the last lines", Text, "# HELP \"a.b\nc\" it's \"s"),
        From("a line feed in a label of the last line", Text, "a{b=\"1\n2\"} 1"),
        From("HELP without a name", Text, "# HELP\n# TYPE\na 1\n"),
        From("HELP of a strange name", Text, "# HELP a-b x\na 1\n"),
        From("a label that is empty once", Text, "a{b=\"\",b=\"1\"} 1\n"),
        From("a blank before a name", Text, "\ta 1\n b{} 2\n {\"c\"} 3\n # HELP a x\n"),
        From("a blank behind TYPE", Text, "# TYPE a gauge \na 1\n"),
        From("two blanks before the type", Text, "# TYPE a  gauge\na 1\n"),
        From("carriage returns", Text, "# HELP a x\r\n# TYPE a gauge\r\na 1\r\n"),
        From("a label twice", Text, "a{b=\"1\",b=\"2\"} 1\n"),
        From("a label __name__", Text, "a{__name__=\"b\"} 1\n"),
        From("a negative timestamp", Text, "a 1 -1\n"),
        From("an exemplar in text", Text, "a_total 1 # {t=\"1\"} 1\n"),
        From("blank lines in OpenMetrics", OpenMetrics, "a 1\n\nb 2\n# EOF\n"),
        From("a comment in OpenMetrics", OpenMetrics, "# nothing\na 1\n# EOF\n"),
        From("no end in OpenMetrics", OpenMetrics, "a 1\n"),
        From("text after the end", OpenMetrics, "a 1\n# EOF\nb 1\n"),
        From("two spaces in OpenMetrics", OpenMetrics, "a  1\n# EOF\n"),
        From("a unit that is not in the name", OpenMetrics, "# UNIT a seconds\na 1\n# EOF\n"),
        From("TYPE after samples in OpenMetrics", OpenMetrics, "a 1\n# TYPE a gauge\n# TYPE a gauge\n# EOF\n"),
        From("a counter without its suffix", OpenMetrics, "# TYPE a counter\na 1\n# EOF\n"),
        From("untyped in OpenMetrics", OpenMetrics, "# TYPE a untyped\na 1\n# EOF\n"),
        From("a page of HTML", "text/html; charset=utf-8", "<!DOCTYPE html>\n<html><body>ok</body></html>\n"),
        From("metrics as HTML", "text/html; charset=utf-8", "a 1\n"),
        From("metrics without a type", null, "a 1\n"),
        From("metrics as JSON", "application/json", "a 1\n"),
        From("metrics of a malformed type", "text/plain; charset", "a 1\n"),
        From("a parameter twice", "text/plain; a=1; a=2", "a 1\n"),
        From("a stray semicolon", "text/plain; version=0.0.4;", "a 1\n"),
        From("nothing", Text, ""),
    ];

    private static ExpositionInput From(string name, string? contentType, string text) =>
        new(name, contentType, Encoding.UTF8.GetBytes(text));
}
