using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Configuration.Values;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>Durations and sizes as they are written.</summary>
public class ValueTests
{
    [Fact]
    public void Every_duration_is_read_as_it_is_written() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), milliseconds =>
        {
            var duration = TimeSpan.FromMilliseconds(milliseconds);
            return Duration.Parse(Duration.Format(duration)) == duration;
        }));

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("1d", 86400)]
    public void A_duration_adds_its_parts_up(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 m")]
    [InlineData("m")]
    [InlineData("5m1h")]
    [InlineData("-5m")]
    [InlineData("5m\n")]
    [InlineData("１s")]
    public void What_is_no_duration_is_none(string text) => Assert.Null(Duration.Parse(text));

    [Theory]
    [InlineData("1B", 1)]
    [InlineData("1.5kB", 1500)]
    [InlineData("1GB", 1_000_000_000)]
    [InlineData("500MiB", 524_288_000)]
    [InlineData("999999TiB", 1099510528264372224)]
    public void A_size_is_read_in_bytes(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("1")]
    [InlineData("1gb")]
    [InlineData("1 GB")]
    [InlineData("1e3B")]
    [InlineData("-1B")]
    [InlineData("1GB\n")]
    public void What_is_no_size_is_none(string text) => Assert.Null(ByteSize.Parse(text));
}
