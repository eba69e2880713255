using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>Kubeconfigs and plugins that others wrote: a few lines that stand for billions, and text that is no text.</summary>
public sealed class HostileKubeconfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-hostile-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Places => ["extensions", "current-context", "contexts", "a key", "merged"];

    // Ten lists of ten: ten billion texts.
    [Theory]
    [MemberData(nameof(Places))]
    public async Task Aliases_that_stand_for_billions_are_refused(string place)
    {
        var levels = string.Join('\n', Enumerable.Range(1, 10).Select(level =>
            $"l{level}: &l{level} [{string.Join(", ", Enumerable.Repeat(level == 1 ? "x" : $"*l{level - 1}", 10))}]"));
        var path = Path.Combine(_folder, "config");
        await File.WriteAllTextAsync(
            path, $"{levels}\n{(place == "a key" ? "? *l10\n: x\n" : place == "merged" ? "<<: { x: *l10 }\n" : $"{place}: *l10\n")}", Ct);
        var fault = await Task.Run(() => Assert.Throws<DeployException>(() => KubeconfigFile.Read(path)), Ct)
            .WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal("KubeconfigInvalid", fault.Id);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_repeat_a_little_are_read()
    {
        var path = Path.Combine(_folder, "config");
        File.WriteAllText(path, "a: &a { server: https://x }\nb: &b [*a, *a]\nc: [*b, *b]\ncurrent-context: main\n");
        Assert.Equal("main", KubeconfigFile.Read(path).CurrentContext);
    }

    [Fact]
    public void A_name_with_control_characters_cannot_reach_a_terminal()
    {
        var path = Path.Combine(_folder, "config");
        File.WriteAllText(path, "current-context: \"\\e]0;title\\a\\e[2Jmain\\u202e\\u200b\"\n");
        var shown = new Redactor().Apply(KubeconfigFile.Read(path).CurrentContext!);
        Assert.DoesNotContain(shown, char.IsControl);
        Assert.Equal("␛]0;title␇␛[2Jmain\ufffd\ufffd", shown);
    }
}
