using System.Globalization;

namespace RsolvDeploy.Benchmarks;

/// <summary>
/// The first commands of a PowerShell that has just started, with the package: the import, a first <c>Test-RsolvEnvironment</c> on a
/// sandbox, and a first backup against kubectl.
/// </summary>
/// <remarks>
/// The time of a command is that until its session goes on, after the import; that of kubectl and of an import is that of the process.
/// Backups are written to the folder of temporary files: with TMPDIR=/dev/shm the disk does not count. kubectl reads and keeps nothing;
/// the backup of 10,000 objects without the dry run does as much as it and also encrypts, writes, reads back and signs. With the
/// dry run, a backup of 1,000 objects is one that can be restored; for that, kubectl has to apply what it read.
/// </remarks>
internal static class FirstCommandBenchmark
{
    public static async Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var package = Path.Combine(Clone.Root, "artifacts", "RsolvDeploy", "RsolvDeploy.psd1");
        if (!File.Exists(package)) throw new FileNotFoundException($"There is no package. Run ./build.ps1 -Task Package first: {package}");
        var candidates = new List<Candidate>
        {
            new("a bare pwsh", () => PowerShellAsync("1")),
            new("import", () => PowerShellAsync(Import(package))),
        };
        candidates.AddRange(For(package, await BackupFixture.OnSandboxAsync(5000), await BackupFixture.OnSandboxAsync(500)));
        if (await BackupFixture.OnClusterAsync(5000) is { } many && await BackupFixture.OnClusterAsync(500) is { } some)
            candidates.AddRange(For(package, await ConfigureAsync(many), await ConfigureAsync(some)));
        else
            Console.WriteLine("  (no real cluster: RSOLV_TEST_KUBECONFIG is not set)");
        return candidates;
    }

    private static IEnumerable<Candidate> For(string package, BackupFixture many, BackupFixture some)
    {
        if (many.Where == "sandbox")
        {
            yield return First("sandbox: first Test-RsolvEnvironment", package, many, "Test-RsolvEnvironment");
        }

        yield return new($"{many.Where}: kubectl get of 10,000", () => KubectlAsync(many, Get));
        yield return First($"{many.Where}: first backup of 10,000, no dry run", package, many, "Backup-RsolvState -SkipDryRun") with
        {
            Owns = many,
        };
        yield return new($"{some.Where}: kubectl get and dry run of 1,000", () => DryRunAsync(some));
        yield return First($"{some.Where}: first backup of 1,000", package, some, "Backup-RsolvState") with { Owns = some };
    }

    private static Candidate First(string name, string package, BackupFixture fixture, string command)
    {
        var milliseconds = 0d;
        return new Candidate(name, async () => milliseconds = double.Parse(
            await ChildProgram.ReadAsync("dotnet", PowerShell(Command(package, fixture, command))), CultureInfo.InvariantCulture))
        {
            Measured = () => TimeSpan.FromMilliseconds(milliseconds),
        };
    }

    private static string[] Get { get; } = ["get", "deployments,configmaps,secrets", "--output", "yaml"];

    private static async Task DryRunAsync(BackupFixture fixture)
    {
        var file = Path.Combine(fixture.Folder, $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, await ChildProgram.ReadAsync("kubectl", [.. fixture.Kubectl, .. Get]));
        await KubectlAsync(
            fixture, ["apply", "--server-side", "--force-conflicts", "--validate=false", "--dry-run=server", "--filename", file]);
    }

    private static Task KubectlAsync(BackupFixture fixture, string[] arguments) =>
        ChildProgram.RunAsync("kubectl", [.. fixture.Kubectl, .. arguments]);

    private static Task PowerShellAsync(string command) => ChildProgram.RunAsync("dotnet", PowerShell(command));

    private static string[] PowerShell(string command) => ["pwsh", "-NoProfile", "-NonInteractive", "-Command", command];

    private static string Import(string package) => $"$ErrorActionPreference = 'Stop'; Import-Module '{package}'";

    private static string Command(string package, BackupFixture fixture, string command) =>
        $"$env:XDG_DATA_HOME = '{Path.Combine(fixture.Folder, "data")}'; {Import(package)}; "
        + $"$clock = [Diagnostics.Stopwatch]::StartNew(); "
        + $"$null = {command} {fixture.Target.Name} -ConfigurationPath '{fixture.Target.ConfigurationPath}'"
        + (command.StartsWith("Backup", StringComparison.Ordinal) ? $" -Destination '{fixture.Folder}' -Confirm:$false" : "")
        + "; $clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)";

    // The fixture of a real cluster has no configuration of its own.
    private static async Task<BackupFixture> ConfigureAsync(BackupFixture fixture)
    {
        var path = Path.Combine(fixture.Folder, "rsolv.yaml");
        await File.WriteAllTextAsync(
            path,
            $$"""
            version: 1
            defaults: { kubeconfig: {{fixture.Target.Kubeconfig}}, deployment: {{fixture.Target.Deployment}} }
            targets: { bench: { namespace: {{fixture.Target.Namespace}}, environment: bench } }
            """);
        return fixture with { Target = fixture.Target with { ConfigurationPath = path } };
    }
}
