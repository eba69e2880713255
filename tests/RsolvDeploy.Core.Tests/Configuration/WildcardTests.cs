using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>The wildcards of names, as PowerShell's <c>-like</c> takes them.</summary>
public class WildcardTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("prod*", "Production", true)]
    [InlineData("stag?ng", "staging", true)]
    [InlineData("stag?ng", "stagng", false)]
    [InlineData("eu-[ab]", "eu-a", true)]
    [InlineData("eu-[ab]", "EU-B", true)]
    [InlineData("eu-[ab]", "eu-c", false)]
    [InlineData("eu-[ab]", "eu-[ab]", false)]
    [InlineData("eu-[A-C]*", "eu-c1", true)]
    [InlineData("eu-[a-c]*", "eu-d1", false)]
    [InlineData("*-[1-3]", "eu-1-2", true)]
    [InlineData("*-[1-3]", "eu-1-4", false)]
    [InlineData("[]a]x", "]x", true)]
    [InlineData("[a-]x", "-x", true)]
    [InlineData("[a`-c]x", "bx", false)]
    [InlineData("[a`]]x", "]x", true)]
    [InlineData("a]", "a]", true)]
    [InlineData("a`*", "a*", true)]
    [InlineData("a`*", "ab", false)]
    [InlineData("a`[b]", "a[b]", true)]
    [InlineData("a`", "a`", true)]
    [InlineData("", "a", false)]
    public void A_name_matches_as_in_PowerShell(string pattern, string name, bool matches) =>
        Assert.Equal(matches, Wildcard.IsMatch(pattern, name));

    [Theory]
    [InlineData("eu-[ab")]
    [InlineData("eu-[]")]
    [InlineData("[c-a]")]
    public void A_malformed_pattern_is_refused(string pattern) =>
        Assert.Equal("WildcardInvalid", Assert.Throws<DeployException>(() => Wildcard.IsMatch(pattern, "eu-a")).Id);

    [Theory]
    [InlineData("production", false)]
    [InlineData("a`*", false)]
    [InlineData("eu-[ab]", true)]
    [InlineData("eu?", true)]
    public void Only_a_text_with_wildcards_is_a_pattern(string text, bool isPattern) => Assert.Equal(isPattern, Wildcard.IsPattern(text));

    [Theory]
    [InlineData("[ci] *", "[CI] tests", true)]
    [InlineData("[ci] *", "c tests", false)]
    [InlineData("a`[b", "a`[b", true)]
    public void Brackets_of_a_glob_stand_for_themselves(string glob, string name, bool matches) =>
        Assert.Equal(matches, Glob.IsMatch(glob, name));
}
