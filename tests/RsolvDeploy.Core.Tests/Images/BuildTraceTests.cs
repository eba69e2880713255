using RsolvDeploy.Images.Build;
using RsolvDeploy.Sandbox.Engine.Build;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class BuildTraceTests
{
    [Fact]
    public void Steps_statuses_logs_and_warnings_are_read_and_the_rest_is_skipped()
    {
        byte[] message = Convert.FromBase64String(new TraceMessage()
            .Number(99, 7)
            .Message(
                1,
                new TraceMessage()
                    .Text(1, "sha256:a")
                    .Text(2, "sha256:b")
                    .Text(3, "[1/2] RUN x")
                    .Number(4, 1)
                    .Time(5, DateTimeOffset.UnixEpoch.AddDays(1))
                    .Text(7, "broke"))
            .Message(2, new TraceMessage().Text(1, "transferring").Text(2, "sha256:a").Number(4, 300).Number(5, 1_000))
            .Message(3, new TraceMessage().Text(1, "sha256:a").Bytes(4, "hello"u8.ToArray()))
            .Message(4, new TraceMessage().Bytes(3, "look"u8.ToArray()))
            .ToBase64());

        var trace = BuildTrace.Parse(message);

        Assert.Equal(
            new TraceStep("sha256:a", "[1/2] RUN x", Cached: true, Started: true, Completed: false, "broke"), trace.Steps.Single());
        Assert.Equal(new TraceStatus("sha256:a", "transferring", 300, 1_000, Completed: false), trace.Statuses.Single());
        Assert.Equal("hello"u8.ToArray(), trace.Logs.Single().Text);
        Assert.Equal("look", trace.Warnings.Single());
    }

    [Theory]
    [InlineData(new byte[] { 0x0A, 0x7F, 0x01 })]
    [InlineData(new byte[] { 0x0A })]
    [InlineData(new byte[] { 0x0B, 0x00 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    public void What_is_no_message_is_refused(byte[] message) => Assert.Throws<InvalidDataException>(() => BuildTrace.Parse(message));

    [Fact]
    public void Lines_are_joined_from_pieces_that_end_anywhere()
    {
        var output = new StepOutput(lastLineCount: 2);
        byte[] text = "eins\nzwei\r\ndréi\nopen"u8.ToArray();

        List<string> lines = [.. text.SelectMany(b => output.Add([b]))];

        Assert.Equal(["eins", "zwei", "dréi"], lines);
        Assert.Equal(["dréi", "open"], output.LastLines());
    }
}
