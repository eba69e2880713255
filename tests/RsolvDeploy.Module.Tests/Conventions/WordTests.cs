using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>What users read is in the words of Kubernetes and PowerShell; the dialect that the code once had is gone.</summary>
public class WordTests
{
    private static readonly string[] Retired =
    [
        "ways? back", "(?:go|goes|going|gone|went|takes?|took|taken|sets?) back", "good ground", "verified good", "troubles?", "taken up",
        "in doubt",
        "surroundings", "lookups?", "tells?", "told", "telling", "says?", "said", "saying", "not come to", "puts? out", "faults? to order",
        "moments?", "instants?", "complain(?:s|ed|ts?)?", "obstacles?",
    ];

    // The sandbox answers in the words of Prometheus and of Go's resolver.
    private static readonly string[] Foreign = ["instant vector", "dial tcp: lookup"];

    private static readonly Regex Words = new(
        $@"\b(?:{string.Join('|', Retired)})\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);

    /// <summary>
    /// The strings of the compiled code: messages, remedies, evidence. Holes of interpolated strings are no part of them.
    /// </summary>
    [Fact]
    public void No_message_holds_a_retired_word() =>
        Offenders.AssertNone(
            Assemblies.All.SelectMany(path => Assemblies.Read(path, Strings).Where(text => text.Contains(' ', StringComparison.Ordinal))
                .SelectMany(text => Hits(Path.GetFileNameWithoutExtension(path), text))));

    [Fact]
    public void No_text_for_users_holds_a_retired_word() =>
        Offenders.AssertNone(Texts().SelectMany(path =>
            File.ReadLines(path).SelectMany((line, index) => Hits($"{Path.GetRelativePath(Clone.Root, path)}:{index + 1}", line))));

    [Theory]
    [InlineData("The way back could not be taken", "way back")]
    [InlineData("it was told twice", "told")]
    [InlineData("The server says: no", "says")]
    [InlineData("a rollback to the last known good release", null)]
    [InlineData("the sayings of essays, untold", null)]
    public void The_words_are_whole_words(string text, string? word) =>
        Assert.Equal(word, Words.Match(text) is { Success: true } match ? match.Value : null);

    private static IEnumerable<string> Hits(string place, string text) =>
        Words.Matches(Foreign.Aggregate(text, (left, phrase) => left.Replace(phrase, "", StringComparison.OrdinalIgnoreCase)))
            .Select(match => $"{place}: '{match.Value}' in \"{Around(text, text.IndexOf(match.Value, StringComparison.Ordinal))}\"");

    private static string Around(string text, int at) => text[Math.Max(0, at - 60)..Math.Min(text.Length, at + 60)].ReplaceLineEndings(" ");

    private static List<string> Strings(MetadataReader reader)
    {
        var strings = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(0); !handle.IsNil || strings.Count == 0; handle = reader.GetNextHandle(handle))
        {
            strings.Add(reader.GetUserString(handle));
        }

        return strings;
    }

    // The help in en-US is what Get-Help shows; it comes from the comments of the cmdlets.
    private static IEnumerable<string> Texts() =>
    [
        Path.Combine(Clone.Root, "README.md"),
        Path.Combine(Clone.Root, "en-US", "RsolvDeploy.dll-Help.xml"),
        .. Directory.EnumerateFiles(Path.Combine(Clone.Root, "docs", "en-US")),
        .. Directory.EnumerateFiles(Path.Combine(Clone.Root, "docs"), "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Clone.Root, "module"), "*.ps*", SearchOption.TopDirectoryOnly),
    ];
}
