using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>Every promise of docs/security.md names a test that exists.</summary>
public sealed partial class PromiseTests
{
    [Fact]
    public void The_threat_model_names_tests_that_exist()
    {
        var named = TestName().Matches(File.ReadAllText(Path.Combine(Clone.Root, "docs", "security.md")));
        var tests = Directory.EnumerateFiles(Path.Combine(Clone.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText, StringComparer.Ordinal);

        Assert.NotEmpty(named);
        Assert.All(named, test =>
        {
            var classes = tests[test.Groups["class"].Value];
            Assert.Contains(classes, code => code.Contains($" {test.Groups["method"].Value}", StringComparison.Ordinal));
        });
    }

    [GeneratedRegex(@"`(?<class>\w+Tests)(?:\.(?<method>\w+))?`", RegexOptions.None, 1000)]
    private static partial Regex TestName();
}
