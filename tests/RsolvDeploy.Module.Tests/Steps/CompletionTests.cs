using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The values of a target, its cluster and this machine are completed.</summary>
public sealed class CompletionTests : IAsyncLifetime
{
    private SandboxedSession _session = null!;

    public async ValueTask InitializeAsync() => _session = await SandboxedSession.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Releases_and_pods_of_the_cluster_are_completed()
    {
        _session.Run("$target | Publish-RsolvImage -Phase one | Update-RsolvDeployment -Confirm:$false").ThrowOnError();
        Assert.NotEmpty(_session.Run("Get-RsolvHistory $target").ThrowOnError().Output);
        var image = Assert.Single(AtLast("Undo-RsolvDeployment production -ToDigest "));
        Assert.Contains("@sha256:", image, StringComparison.Ordinal);
        Assert.Equal([image], Completed($"Undo-RsolvDeployment production -ToDigest {image[(image.IndexOf('@') + 1)..^8]}"));
        Assert.Equal($"'{image}'", Assert.Single(Completed("Undo-RsolvDeployment production -ToDigest '")));
        Assert.NotEmpty(AtLast("Undo-RsolvDeployment production -ToRevision "));
        Assert.All(AtLast("Invoke-RsolvMigration production -Pod "), pod => Assert.StartsWith("rsolv-platform-", pod));
        Assert.Contains(image, Completed("Update-RsolvDeployment production -Image "));
        var repository = image[..image.IndexOf('@')];
        Assert.All(AtLast($"Update-RsolvDeployment production -Image {repository}:"), tag => Assert.StartsWith($"{repository}:", tag));
    }

    [Fact]
    public void Backups_and_their_objects_are_completed()
    {
        var path = _session.Run("($target | Backup-RsolvState).Path").ThrowOnError().Output.Single().ToString()!;
        Assert.Equal([path], AtLast("Restore-RsolvState production -Path "));
        Assert.Equal([path], Completed($"Undo-RsolvDeployment production -FromBackup {Path.GetFileName(path)}"));
        Assert.Contains("Secret/*", Completed($"Restore-RsolvState production -Path '{path}' -Include S"));
        Assert.Contains("statefulsets", Completed("Backup-RsolvState production -AdditionalKind stat"));
    }

    // PowerShell takes typographic quotes as quotes; a text that is completed has to mean the folder, whatever its name.
    [Theory]
    [InlineData("plain")]
    [InlineData("o'brien")]
    [InlineData("Zoë’s “best” „one“")]
    [InlineData("$home `n (1) [a]")]
    public void A_name_with_quotes_is_completed_to_a_text_that_means_it(string name)
    {
        var folder = Path.Combine(_session.Sandbox.Folder, name);
        var configuration = Path.Combine(_session.Sandbox.Folder, "quoted.yaml");
        File.WriteAllText(
            configuration,
            File.ReadAllText(_session.Sandbox.ConfigurationPath).Replace(
                $"path: {_session.Sandbox.Folder}/backups", $"path: {JsonSerializer.Serialize(folder)}", StringComparison.Ordinal));
        var path = _session.Run($"(Backup-RsolvState production -ConfigurationPath '{configuration}').Path")
            .ThrowOnError().Output.Single();
        Assert.StartsWith(folder, path.ToString(), StringComparison.Ordinal);
        var typed = $"{Path.GetDirectoryName($"{path}")!.Replace("'", "''", StringComparison.Ordinal)}/prod";
        foreach (var begun in (string[])["", "'", "\"", $"'{typed}"])
        {
            if (begun.Length > 1 && name.Contains('’', StringComparison.Ordinal)) continue; // which ends such a beginning
            var completed = Assert.Single(AtLast($"Restore-RsolvState production -Path {begun}", configuration));
            var meant = _session.Run($"$it = {(completed[0] is '\'' or '"' ? completed : $"'{completed}'")}; $it");
            Assert.Equal(path.ToString(), meant.ThrowOnError().Output.Single().ToString());
        }
    }

    [Fact]
    public void A_name_that_would_write_to_the_terminal_is_not_offered()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        var path = _session.Run("($target | Backup-RsolvState).Path").ThrowOnError().Output.Single().ToString()!;
        Directory.Move(path, $"{path}\u001b]0;title\u0007");
        var listed = Assert.Single(_session.Run("Get-RsolvBackup $target").ThrowOnError().Output);
        Assert.EndsWith("␛]0;title␇", listed.Text("Path"), StringComparison.Ordinal);
        Assert.Empty(Completed("Restore-RsolvState production -Path "));
    }

    [Fact]
    public void A_configuration_in_the_home_folder_is_read()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = Path.GetRelativePath(home, _session.Sandbox.ConfigurationPath);
        Assert.Equal(["production", "staging"], Completed("Test-RsolvMetrics -Target ", Path.Combine("~", path)));
    }

    [Fact]
    public void Wildcards_are_completed_to_what_they_match()
    {
        Assert.Equal(["production"], Completed("Get-RsolvDeployment -Target p[r]od"));
        Assert.Equal(["staging"], Completed("Get-RsolvDeployment -Target *ag"));
    }

    [Fact]
    public void What_cannot_be_asked_completes_nothing_and_does_not_fail()
    {
        Assert.Empty(Completed("Get-RsolvDeployment -Target p[r"));
        Assert.Empty(Completed("Undo-RsolvDeployment nobody -ToRevision "));
        Assert.Empty(Completed("Undo-RsolvDeployment -ToRevision "));
        Assert.Empty(Completed("Stop-RsolvSandbox -ProcessId 1"));
        Assert.Empty(Completed("Undo-RsolvDeployment production -ToDigest ", "/none/rsolv.yaml"));
    }

    // The read behind it may take ten seconds.
    [Fact]
    public void A_cluster_that_does_not_answer_is_not_waited_for()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var folder = _session.Sandbox.Folder;
        File.WriteAllText(
            Path.Combine(folder, "silent"),
            File.ReadAllText(_session.Sandbox.KubeconfigPath)
                .Replace(_session.Sandbox.KubernetesAddress.Authority, silent.LocalEndpoint.ToString(), StringComparison.Ordinal));
        var configuration = Path.Combine(folder, "silent.yaml");
        File.WriteAllText(
            configuration,
            File.ReadAllText(_session.Sandbox.ConfigurationPath).Replace("/kubeconfig", "/silent", StringComparison.Ordinal));
        Assert.Empty(Completed("Undo-RsolvDeployment nobody -ToRevision ", configuration)); // what the first completion loads
        var since = Stopwatch.GetTimestamp();
        Assert.Empty(Completed("Undo-RsolvDeployment production -ToRevision ", configuration));
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.True(silent.Pending());
    }

    // A cluster that needs more than 200 ms has answered by one of the next times that the operator presses Tab.
    private IReadOnlyList<string> AtLast(string line, string? configuration = null)
    {
        IReadOnlyList<string> completed = [];
        var since = Stopwatch.GetTimestamp();
        while (completed.Count == 0 && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(1))
            completed = Completed(line, configuration);
        return completed;
    }

    private IReadOnlyList<string> Completed(string line, string? configuration = null) =>
    [
        .. _session
            .Run(
                $"$line = @'\n{line}\n'@; $i = $line.IndexOf('-', $line.IndexOf(' ')); "
                    + $"$line = $line.Insert($i, \"-ConfigurationPath '{configuration ?? _session.Sandbox.ConfigurationPath}' \"); "
                    + "[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches | "
                    + "ForEach-Object { if ($_.ResultType -eq 'ParameterValue') { $_.CompletionText } }")
            .ThrowOnError().Output.Select(text => text.ToString()!),
    ];
}
