using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class IgnoreRulesTests
{
    [Theory]
    [InlineData("node_modules", "node_modules", true)]
    [InlineData("node_modules", "node_modules/a/b.js", true)]
    [InlineData("node_modules", "lib/node_modules", false)]
    [InlineData("/node_modules/", "node_modules", true)]
    [InlineData("./a/../b", "b", true)]
    [InlineData("*.md", "README.md", true)]
    [InlineData("*.md", "docs/README.md", false)]
    [InlineData("*/*.md", "docs/README.md", true)]
    [InlineData("**/*.md", "README.md", true)]
    [InlineData("**/*.md", "a/b/c.md", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("**", "anything/at/all", true)]
    [InlineData("temp?", "temps", true)]
    [InlineData("temp?", "temp/", false)]
    [InlineData("file[0-9].txt", "file7.txt", true)]
    [InlineData("file[^0-9].txt", "file7.txt", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("\\!important", "!important", true)]
    [InlineData(" #kept", "#kept", true)]
    [InlineData("#comment", "#comment", false)]
    [InlineData("a$b(c)", "a$b(c)", true)]
    public void A_pattern_matches_like_docker(string pattern, string path, bool ignored) =>
        Assert.Equal(ignored, Ignores(IgnoreRules.Parse([pattern], ".dockerignore"), path));

    [Fact]
    public void The_last_line_that_matches_decides()
    {
        var rules = IgnoreRules.Parse(["\uFEFF*.md", "", "!README*.md", "README-secret.md"], ".dockerignore");

        Assert.True(Ignores(rules, "guide.md"));
        Assert.False(Ignores(rules, "README.md"));
        Assert.True(Ignores(rules, "README-secret.md"));
    }

    [Fact]
    public void An_ignored_folder_is_walked_only_where_an_exception_may_match()
    {
        var rules = IgnoreRules.Parse(["vendor", "target", "!vendor/keep/this"], ".dockerignore");

        Assert.True(rules.MayIncludeBelow("vendor"));
        Assert.True(rules.MayIncludeBelow("vendor/keep"));
        Assert.False(rules.MayIncludeBelow("target"));
        Assert.False(Ignores(rules, "vendor/keep/this"));
        Assert.False(Ignores(rules, "vendor/keep/this/too"));
    }

    [Theory]
    [InlineData("[a-")]
    [InlineData("a\\")]
    [InlineData("!")]
    public void A_pattern_that_cannot_be_read_is_named_with_its_line(string pattern)
    {
        var fault = Assert.Throws<DeployException>(() => IgnoreRules.Parse(["ok", pattern], "/src/.dockerignore"));

        Assert.Equal("DockerIgnoreInvalid", fault.Id);
        Assert.Contains("/src/.dockerignore, line 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wildcard_includes_files_below_an_ignored_folder()
    {
        var rules = IgnoreRules.Parse(["docs", "!docs/*/README.md"], ".dockerignore");

        Assert.True(rules.MayIncludeBelow("docs"));
        Assert.False(Ignores(rules, "docs/api/README.md"));
        Assert.True(Ignores(rules, "docs/README.md"));
    }

    private static bool Ignores(IgnoreRules rules, string path)
    {
        IgnoreVerdict? verdict = null;
        for (int end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
            verdict = rules.Evaluate(path[..end], verdict);
        return rules.Evaluate(path, verdict).Ignored;
    }
}
