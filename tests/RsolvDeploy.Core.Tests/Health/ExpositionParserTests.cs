using System.Text;
using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Core.Tests.Health;

public sealed class ExpositionParserTests
{
    [Fact]
    public void Families_samples_labels_and_timestamps_are_read()
    {
        (ExpositionDocument document, List<CollectedSample> samples) = SampleCollector.Read("""
            # HELP http_requests_total Requests, by \"code\"\nand C:\\path.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027 1395066363000
            http_requests_total { method = "a \"b\" \\ \n c" , } 3e0

            # a comment about nothing
            	process_up 1
            weird{le="+Inf"} -Inf 3

            """);

        Assert.Empty(document.Errors);
        Assert.Equal(["http_requests_total", "process_up", "weird"], document.Families.Select(family => family.Name));
        Assert.Equal(MetricType.Counter, document.Families[0].Type);
        Assert.Equal("Requests, by \"code\"\nand C:\\path.", document.Families[0].Help);
        Assert.Equal(4, document.Samples);
        Assert.Equal([("method", "post"), ("code", "200")], samples[0].Labels);
        Assert.Equal((1027d, 1395066363000L), (samples[0].Value, samples[0].Timestamp));
        Assert.Equal([("method", "a \"b\" \\ \n c")], samples[1].Labels);
        Assert.Equal((double.NegativeInfinity, 3L), (samples[3].Value, samples[3].Timestamp));
    }

    [Fact]
    public void Samples_of_histograms_and_summaries_belong_to_their_family()
    {
        (ExpositionDocument document, List<CollectedSample> samples) = SampleCollector.Read("""
            # TYPE trust histogram
            trust_bucket{le="0.5"} 1
            trust_bucket{le="+Inf"} 2
            trust_sum 3.5
            trust_count 2
            # TYPE other gauge
            other 1
            trust_sum{late="yes"} 1
            other_sum 1

            """);

        Assert.Empty(document.Errors);
        Assert.Equal(["trust", "trust", "trust", "trust", "other", "trust", "other_sum"], samples.Select(sample => sample.Family));
        Assert.Equal(5, document.Families[0].Samples);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("42", 42)]
    [InlineData("+42", 42)]
    [InlineData("-0.5", -0.5)]
    [InlineData("1.", 1)]
    [InlineData(".5", 0.5)]
    [InlineData("123456789012.25", 123456789012.25)]
    [InlineData("0.1", 0.1)]
    [InlineData("1e-320", 1e-320)]
    [InlineData("1.7976931348623157E+308", double.MaxValue)]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("NaN", double.NaN)]
    [InlineData("nan", double.NaN)]
    public void Values_are_read_as_floats(string written, double expected)
    {
        (ExpositionDocument document, List<CollectedSample> samples) = SampleCollector.Read($"m {written}\n");

        Assert.Empty(document.Errors);
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(samples.Single().Value));
    }

    [Theory]
    [InlineData("m\n", "'m' has no value")]
    [InlineData("m \n", "'m' has no value")]
    [InlineData("m{} \n", "'m' has no value")]
    [InlineData("m one\n", "the value 'one' of 'm' is no number")]
    [InlineData("m 1e999\n", "the value '1e999' of 'm' is no number")]
    [InlineData("m .\n", "the value '.' of 'm' is no number")]
    [InlineData("m 1,000\n", "the value '1,000' of 'm' is no number")]
    [InlineData("m 0x10\n", "the value '0x10' of 'm' is no number")]
    [InlineData("m +nan\n", "the value '+nan' of 'm' is no number")]
    [InlineData("m 1\r\n", "the value '1\\u000d' of 'm' is no number")]
    [InlineData("m 1 now\n", "the timestamp 'now' of 'm' is no number")]
    [InlineData("m 1 2 3\n", "'3' stands after the sample of 'm'")]
    [InlineData("m 1 # {a=\"b\"} 1\n", "'# {a=\"b\"} 1' stands after the sample of 'm'")]
    [InlineData("1m 1\n", "'1m' is no metric name")]
    [InlineData("<!DOCTYPE html>\n", "'<!DOCTYPE html>' does not begin with a metric name")]
    [InlineData("{a=\"b\"} 1\n", "the sample has no metric name")]
    [InlineData("m{a=\"b\" 1\n", "the labels hold '1' where a comma or } has to be")]
    [InlineData("m{a=\"b\"\n", "the labels do not end with }")]
    [InlineData("m{a=\"b} 1\n", "the quoted text 'b} 1' does not end")]
    [InlineData("m{a=b} 1\n", "the value of the label 'a' is not quoted")]
    [InlineData("m{a} 1\n", "the label 'a' has no = after its name")]
    [InlineData("m{,} 1\n", "the labels hold ',} 1' where a label name has to be")]
    [InlineData("m{1a=\"b\"} 1\n", "the labels hold '1a=\"b\"} 1' where a label name has to be")]
    [InlineData("m{a=\"1\",a=\"2\"} 1\n", "the label 'a' is given twice")]
    [InlineData("m{\"n\"} 1\n", "the metric is named twice, 'm' and 'n'")]
    [InlineData("m-x 1\n", "the value '-x' of 'm' is no number")]
    [InlineData("m 1 -3\n", "the timestamp '-3' of 'm' is no number")]
    [InlineData("m{__name__=\"n\"} 1\n", "the label '__name__' is given twice")]
    [InlineData("# HELP \n", "'HELP' names no metric")]
    [InlineData("# TYPE 1m counter\n", "'TYPE' names '1m', which is no metric name")]
    [InlineData("# TYPE m meter\n", "TYPE of 'm' is 'meter', which is no metric type")]
    [InlineData("# TYPE m counter \n", "TYPE of 'm' is 'counter ', which is no metric type (a stray blank)")]
    [InlineData("# TYPE m  counter\n", "TYPE of 'm' is ' counter', which is no metric type (a stray blank)")]
    [InlineData("# TYPE m counter\r\n", "TYPE of 'm' is 'counter\\u000d', which is no metric type (a stray blank)")]
    public void A_fault_is_named_with_its_line(string text, string reason, int line = 1)
    {
        (ExpositionDocument document, _) = SampleCollector.Read(text);

        Assert.Equal((line, reason), Located(Assert.Single(document.Errors)));
        Assert.False(document.IsValid);
    }

    [Theory]
    [InlineData("# HELP m \\d+\nm 1\n", @"HELP holds an escape other than \\ and \n: '# HELP m \d+'")]
    [InlineData("m{a=\"C:\\Program Files\"} 1\n", "a label holds an escape other than \\\\, \\\" and \\n: 'm{a=\"C:\\Program Files\"} 1'")]
    [InlineData("# HELP m a\n# HELP m b\n", "HELP is given a second time: '# HELP m b'", 2)]
    [InlineData("# TYPE m gauge\n# TYPE m counter\n", "TYPE is given a second time: '# TYPE m counter'", 2)]
    [InlineData("m 1\n# TYPE m counter\n", "TYPE comes after the samples of its metric: '# TYPE m counter'", 2)]
    [InlineData("m 1\nm 12", "the last line does not end with a line feed; the text may have been cut off: 'm 12'", 2)]
    [InlineData("m{a=\"1\" b=\"2\"} 1\n", "there is no comma between two labels: 'm{a=\"1\" b=\"2\"} 1'")]
    [InlineData("m{a=\"1\n2\"} 1\n", "a quoted text holds a line feed: 'm{a=\"1\\u000a2\"} 1'")]
    [InlineData("m{a=\"1\n2\"} 1\nn 1\nm 1\n", "the lines of the metric do not follow each other: 'm 1'", 4)]
    [InlineData("# HELP\nm 1\n", "no metric is named, so that Prometheus reads it as a comment: '# HELP'")]
    [InlineData("# TYPE m-counter\nm 1\n", "there is no blank after the metric name: '# TYPE m-counter'")]
    [InlineData("m{a=\"\",a=\"1\"} 1\n", "a label is given twice, and is empty once: 'm{a=\"\",a=\"1\"} 1'")]
    public void What_Prometheus_takes_although_the_format_forbids_it_is_a_warning_that_quotes_the_line(
        string text, string reason, int line = 1)
    {
        (ExpositionDocument document, _) = SampleCollector.Read(text);

        Assert.True(document.IsValid);
        Assert.Equal((line, reason), Located(document.Warnings[^1]));
    }

    [Theory]
    [InlineData("m 1\nn{a=\"b\"} x\n", 2, 10)]
    [InlineData("  m 1 2 3\n", 1, 9)]
    [InlineData("m{a=\"1\nb\",1=\"x\"} 1\nn 1\n", 1, 11)]
    public void An_error_has_its_line_and_column(string text, int line, int column)
    {
        ExpositionIssue error = SampleCollector.Read(text).Document.Errors.Single();

        Assert.Equal((line, column), ((int)error.Line, error.Column));
    }

    [Theory]
    [InlineData("m{a=\"1} 1\nn 2\no 3\n", 2)]
    [InlineData("m{a=\"1} 1\nn 2\no 3", 2)]
    [InlineData("m{a=\"1\n\"} 1\nn{b=\"2\n\"} 3", 2)]
    public void A_quoted_text_without_its_end_does_not_swallow_what_follows(string text, int samples) =>
        Assert.Equal(samples, SampleCollector.Read(text).Document.Samples);

    [Fact]
    public void Reading_goes_on_after_a_fault_and_all_faults_are_counted()
    {
        (ExpositionDocument document, List<CollectedSample> samples) =
            SampleCollector.Read(string.Concat(Enumerable.Range(0, 100).Select(index => $"good {index}\nbad\n")));

        Assert.Equal(100, document.ErrorCount);
        Assert.Equal(20, document.Errors.Count);
        Assert.Equal(100, samples.Count);
        Assert.Equal(2, document.Errors[0].Line);
    }

    [Fact]
    public void Invalid_UTF8_in_a_label_is_a_fault()
    {
        byte[] text = [.. "m{a=\""u8, 0xff, 0xfe, .. "\"} 1\n"u8];

        Assert.Contains("is not UTF-8", Assert.Single(SampleCollector.Read(text).Document.Errors).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Quoted_metric_and_label_names_are_read()
    {
        (ExpositionDocument document, List<CollectedSample> samples) =
            SampleCollector.Read("# TYPE \"http.requests\" counter\n{\"http.requests\",\"status.code\"=\"200\"} 7\n");

        Assert.Empty(document.Errors);
        Assert.Equal(("http.requests", "http.requests"), (samples.Single().Name, document.Families.Single().Name));
        Assert.Equal([("status.code", "200")], samples.Single().Labels);
    }

    [Fact]
    public void OpenMetrics_with_units_exemplars_and_its_end_is_read()
    {
        (ExpositionDocument document, List<CollectedSample> samples) = SampleCollector.Read("""
            # TYPE request_seconds histogram
            # UNIT request_seconds seconds
            # HELP request_seconds Time.
            request_seconds_bucket{le="0.1"} 8 # {} 0.054
            request_seconds_bucket{le="+Inf"} 10 1520879607.789 # {trace_id="KOO5S4vxi0o"} 9.8 1520879607.5
            request_seconds_count 10
            request_seconds_created 1520430000.123
            # TYPE build info
            build_info{version="1"} 1
            # EOF
            """, openMetrics: true);

        Assert.Empty(document.Errors);
        Assert.Equal(2, document.Families.Count);
        Assert.Equal("seconds", document.Families[0].Unit);
        Assert.Equal(1520879607789, samples[1].Timestamp);
    }

    [Theory]
    [InlineData("m 1\n", "the text does not end with # EOF; it may have been cut off", 2)]
    [InlineData("# EOF\nm 1\n", "there is text after # EOF", 2)]
    [InlineData("m 1 # 5\n# EOF\n", "the timestamp '#' of 'm' is no number", 1)]
    [InlineData("m 1\n\n# EOF\n", "OpenMetrics has no blank lines", 2)]
    [InlineData("# nothing\n# EOF\n", "OpenMetrics has no comments but HELP, TYPE, UNIT and EOF", 1)]
    [InlineData("m  1\n# EOF\n", "'m' has no value", 1)]
    [InlineData("m{a=\"b\", c=\"d\"} 1\n# EOF\n", "the labels hold ' c=\"d\"} 1' where a label name has to be", 1)]
    [InlineData("# TYPE m gauge \n# EOF\n", "TYPE of 'm' is 'gauge ', which is no metric type (a stray blank)", 1)]
    [InlineData("# TYPE m untyped\n# EOF\n", "TYPE of 'm' is 'untyped', which is no metric type", 1)]
    [InlineData("# UNIT m seconds\n# EOF\n", "UNIT of 'm' is 'seconds', which its name does not end with", 1)]
    [InlineData("m 1 # {a=\"b\"}\n# EOF\n", "the exemplar of 'm' has no value", 1)]
    [InlineData("m 1 # {a=\"b\"} 1 x\n# EOF\n", "the timestamp of the exemplar of 'm' is no number", 1)]
    public void Faults_of_OpenMetrics_are_named(string text, string reason, int line)
    {
        (ExpositionDocument document, _) = SampleCollector.Read(text, openMetrics: true);

        Assert.Equal((line, reason), Located(Assert.Single(document.Errors)));
    }

    [Fact]
    public async Task A_stream_is_read_in_whatever_pieces_it_comes()
    {
        string text = string.Concat(Enumerable.Range(0, 5000).Select(index => $"metric_{index % 7}{{index=\"{index}\"}} {index}.5\n"));
        var collector = new SampleCollector();

        ExpositionDocument document = await ExpositionReader.ReadAsync(
            new PiecesStream(Encoding.UTF8.GetBytes(text), 777), collector, false, long.MaxValue, TestContext.Current.CancellationToken);

        Assert.Empty(document.Errors);
        Assert.Equal(text.Length, document.Bytes);
        Assert.Equal(text, string.Concat(collector.Samples.Select(sample => sample.Write())));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_one_fault_and_the_next_is_read()
    {
        byte[] text = Encoding.UTF8.GetBytes($"first 1\nm{{a=\"{new string('x', 5_000_000)}\"}} 1\nlast 2\n");

        ExpositionDocument document = await ExpositionReader.ReadAsync(
            new MemoryStream(text), null, false, long.MaxValue, TestContext.Current.CancellationToken);

        Assert.Equal((2, "the line is longer than 1048576 bytes"), Located(Assert.Single(document.Errors)));
        Assert.Equal(["first", "last"], document.Families.Select(family => family.Name));
        Assert.Equal(text.Length, document.Bytes);
    }

    [Fact]
    public async Task A_text_without_end_is_given_up()
    {
        ExpositionDocument document = await ExpositionReader.ReadAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("m 1\n", 100_000)))),
            null,
            false,
            100_000,
            TestContext.Current.CancellationToken);

        Assert.Contains("longer than 100000 bytes", Assert.Single(document.Errors).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_makes_no_garbage_for_each_sample()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 20_000).Select(index => $"m{index / 2000}{{a=\"{index}\",b=\"x\"}} {index}.25 1700000000000\n")));
        _ = SampleFree(text);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ExpositionDocument document = SampleFree(text);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(20_000, document.Samples);
        Assert.InRange(allocated, 0, 20_000);

        static ExpositionDocument SampleFree(byte[] text)
        {
            var parser = new ExpositionParser();
            return parser.Complete(text.AsSpan(parser.Feed(text)));
        }
    }

    private static (int Line, string Reason) Located(ExpositionIssue issue) => ((int)issue.Line, issue.Reason);

    /// <summary>Gives at most so many bytes at a time.</summary>
    private sealed class PiecesStream(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
