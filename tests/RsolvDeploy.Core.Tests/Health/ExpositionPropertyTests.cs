using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Core.Tests.Health;

public sealed class ExpositionPropertyTests
{
    private static readonly Gen<string> MetricName =
        from first in Gen.Elements("abzAZ_:".ToCharArray())
        from rest in Gen.ArrayOf(Gen.Elements("abzAZ_:019".ToCharArray()))
        select first + new string(rest);

    private static readonly Gen<(string, string)> Label =
        from name in MetricName
        from value in Gen.ArrayOf(Gen.Elements("ab \\\"\n{},=#é→\t\r".ToCharArray()))
        select (name.Replace(':', '_'), new string(value));

    private static readonly Gen<double> Value =
        Gen.OneOf(
            ArbMap.Default.GeneratorFor<double>(),
            ArbMap.Default.GeneratorFor<int>().Select(value => value / 100d),
            Gen.Elements(0, double.NaN, 1e22, 5e-324));

    private static readonly Gen<CollectedSample> AnySample =
        from name in MetricName
        from labels in Gen.ArrayOf(Label)
        from value in Value
        from timestamp in ArbMap.Default.GeneratorFor<long?>().Select(value => value & long.MaxValue)
        select new CollectedSample(name, [.. labels.DistinctBy(label => label.Item1)], value, timestamp);

    private static readonly Gen<byte[]> TextWithDamage =
        from samples in Gen.NonEmptyListOf(AnySample)
        from damage in Gen.ArrayOf(from at in Gen.Choose(0, 10_000) from value in ArbMap.Default.GeneratorFor<byte>() select (at, value))
        select Damaged(
            Encoding.UTF8.GetBytes("# TYPE a histogram\n# HELP a b\n" + string.Concat(samples.Select(sample => sample.Write()))), damage);

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(Gen.ListOf(AnySample).ToArbitrary(), samples =>
        {
            string text = string.Concat(samples.Select(sample => sample.Write()));
            (ExpositionDocument document, List<CollectedSample> read) = SampleCollector.Read(text);
            return document.IsValid && text == string.Concat(read.Select(sample => sample.Write()));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_bytes_make_it_throw() =>
        Prop.ForAll<byte[], bool>((bytes, openMetrics) => Holds(bytes, openMetrics))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void No_damaged_text_makes_it_throw() =>
        Prop.ForAll(TextWithDamage.ToArbitrary(), bytes => Holds(bytes, false) && Holds(bytes, true))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void The_pieces_it_is_fed_in_make_no_difference() =>
        Prop.ForAll(TextWithDamage.ToArbitrary(), Gen.Choose(1, 50).ToArbitrary(), (bytes, piece) =>
        {
            (ExpositionDocument whole, List<CollectedSample> samples) = SampleCollector.Read(bytes);
            var collector = new SampleCollector();
            var parser = new ExpositionParser(collector);
            int read = 0;
            for (int end = piece; end < bytes.Length; end += piece) read += parser.Feed(bytes.AsSpan(read, end - read));
            read += parser.Feed(bytes.AsSpan(read));
            ExpositionDocument pieces = parser.Complete(bytes.AsSpan(read));
            return whole.Errors.SequenceEqual(pieces.Errors)
                && samples.Select(sample => sample.Write()).SequenceEqual(collector.Samples.Select(sample => sample.Write()));
        }).QuickCheckThrowOnFailure();

    /// <summary>Every line is a sample, metadata, a blank, or a fault that names a line of the text.</summary>
    private static bool Holds(byte[] bytes, bool openMetrics)
    {
        (ExpositionDocument document, List<CollectedSample> samples) = SampleCollector.Read(bytes, openMetrics);
        int lines = bytes.Count(value => value == '\n') + 1;
        return document.Bytes == bytes.Length
            && document.Samples == samples.Count
            && document.Samples + document.ErrorCount <= lines + 1
            && document.Errors.All(error => error.Line >= 1 && error.Line <= lines + 1 && error.Reason.Length < 400);
    }

    private static byte[] Damaged(byte[] text, (int At, byte Value)[] damage)
    {
        foreach ((int at, byte value) in damage) text[at % text.Length] = value;
        return text;
    }
}
