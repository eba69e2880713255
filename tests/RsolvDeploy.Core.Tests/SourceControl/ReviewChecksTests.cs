using System.Diagnostics;
using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Preflight;
using RsolvDeploy.SourceControl;

namespace RsolvDeploy.Core.Tests.SourceControl;

/// <summary>Review rules look into files of the source tree and name the lines.</summary>
public sealed class ReviewChecksTests : IDisposable
{
    private readonly BuildFolder _folder = new BuildFolder()
        .With("config/runtime.exs", "import Config\n\nconfig :rsolv, Rsolv.PromEx\n")
        .With("config/prod.exs", "host: \"rsolv.dev\"\n")
        .With("config/deep/prod.extra.exs", "x\nurl: \"https://rsolv-staging.com\"\n")
        .With("lib/router.ex", "scope do\n  get   \"/metrics\", X\nend\n")
        .With("lib/slow.txt", new string('a', 60) + "!")
        .With(".git/config", "rsolv-staging.com");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_condition_is_evaluated_with_its_location()
    {
        var checks = await LookAsync(
            new ReviewRule("contains", "config/runtime.exs") { Contains = "Rsolv.PromEx" },
            new ReviewRule("lacks", "config/runtime.exs") { Lacks = "rsolv-staging.com" },
            new ReviewRule("matches", "lib/router.ex") { Matches = "get\\s+\"/metrics\"" },
            new ReviewRule("exists", "lib/*.ex") { Exists = true },
            new ReviewRule("gone", "lib/old.ex") { Exists = false });
        Assert.Equal(
            ["config.contains", "config.lacks", "config.matches", "config.exists", "config.gone"], checks.Select(check => check.Id));
        Assert.All(checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal("config/runtime.exs:3", checks[0].Evidence);
        Assert.Equal("lib/router.ex:2", checks[2].Evidence);
    }

    [Fact]
    public async Task A_condition_that_is_not_met_is_named_with_its_line()
    {
        var checks = await LookAsync(
            new ReviewRule("staging", "config/**/prod*.exs") { Lacks = "rsolv-staging.com" },
            new ReviewRule("missing", "config/none.exs") { Contains = "x" },
            new ReviewRule("not-there", "config/*.exs") { Contains = "nothing like it" },
            new ReviewRule("still-there", "lib/router.ex") { Exists = false });
        Assert.All(checks, check => Assert.Equal(CheckStatus.Failed, check.Status));
        Assert.Contains("config/deep/prod.extra.exs:2", checks[0].Evidence, StringComparison.Ordinal);
        Assert.Contains("no config/none.exs", checks[1].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_pattern_fails_alone_and_soon()
    {
        var clock = Stopwatch.StartNew();
        var checks = await LookAsync(
            new ReviewRule("hostile", "lib/slow.txt") { Matches = "^(a+)+$" },
            new ReviewRule("fine", "lib/router.ex") { Contains = "scope" });
        Assert.Equal([CheckStatus.Failed, CheckStatus.Passed], checks.Select(check => check.Status));
        Assert.Contains("took longer", checks[0].Evidence, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"it took {clock.Elapsed}");
    }

    [Theory]
    [InlineData("config/*.exs", "config/prod.exs", "config/runtime.exs")]
    [InlineData("config/**/*.exs", "config/deep/prod.extra.exs", "config/prod.exs", "config/runtime.exs")]
    [InlineData("**/router.ex", "lib/router.ex")]
    [InlineData("lib/route?.ex", "lib/router.ex")]
    [InlineData("lib/rout?.ex")]
    [InlineData("**/l?b/route?.ex", "lib/router.ex")]
    [InlineData("**/prod?extra.ex?", "config/deep/prod.extra.exs")]
    [InlineData("../*/config/*.exs")]
    [InlineData("../*")]
    [InlineData("**/.git/*")]
    [InlineData("../outside.txt")]
    public void A_glob_finds_its_files_inside_the_root(string glob, params string[] files) =>
        Assert.Equal(files, FileGlob.Match(_folder.Path, glob, TestContext.Current.CancellationToken));

    private async Task<IReadOnlyList<Check>> LookAsync(params ReviewRule[] rules) =>
        await ReviewChecks.EvaluateAsync(
            Targets.With(_folder.Path, rules), new CheckScope(TimeProvider.System, TestContext.Current.CancellationToken));
}
