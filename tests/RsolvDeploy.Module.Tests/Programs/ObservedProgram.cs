using System.Diagnostics;
using System.Text;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>Runs scripts with every stream on, and collects everything that they print and leave on the disk.</summary>
/// <param name="sandbox">The sandbox that they act on.</param>
/// <param name="passphrase">The value of <c>$env:RSOLV_TEST_PHRASE</c>.</param>
internal sealed class ObservedProgram(SandboxServer sandbox, string passphrase = "") : IDisposable
{
    // Every stream of every command, with all properties of results and errors.
    private const string Prologue = """
        $VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = 'Continue'
        function Show { process { $_; [System.Management.Automation.PSSerializer]::Serialize($_, 3); ConvertTo-Json $_ -Depth 4 -WarningAction SilentlyContinue } }
        function Show-Errors { foreach ($one in $Error) { $one.FullyQualifiedErrorId; $one.ToString(); $one.Exception.ToString(); "$($one.ErrorDetails)"; $one.CategoryInfo.ToString(); "$($one.TargetObject)" } }
        $at = @{ ConfigurationPath = $env:RSOLV_TEST_CONFIG }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-secrecy-").FullName;

    /// <summary>More variables of the program.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Starts a script with an environment; by default in the host of this repository.</summary>
    public Func<IReadOnlyDictionary<string, string>, string, Process> Start { get; init; } =
        (environment, script) => HostProgram.Start(environment, "-Command", Prologue + script);

    /// <summary>The folder of the ledgers.</summary>
    public string Runs => Path.Combine(_folder, "data", "rsolvdeploy", "runs");

    /// <summary>The folder of the operator's keys.</summary>
    public string Keys => Path.Combine(_folder, "data", "rsolvdeploy", "keys");

    /// <summary>Runs a script and returns what it prints.</summary>
    public async Task<string> RunAsync(string script, CancellationToken ct)
    {
        var environment = new Dictionary<string, string>
        {
            ["XDG_DATA_HOME"] = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName,
            ["TMPDIR"] = Directory.CreateDirectory(Path.Combine(_folder, "tmp")).FullName,
            ["RSOLV_TEST_CONFIG"] = sandbox.ConfigurationPath,
            ["RSOLV_TEST_PHRASE"] = passphrase,
        };
        foreach (var (name, value) in Variables) environment[name] = value;
        using var process = Start(environment, script);
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return output + await errors;
    }

    /// <summary>The output, and every file that was left.</summary>
    public IEnumerable<(string Where, string Text)> Texts(string printed)
    {
        var backups = Path.Combine(sandbox.Folder, "backups");
        return Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
            .Concat(Directory.Exists(backups) ? Directory.EnumerateFiles(backups, "*", SearchOption.AllDirectories) : [])
            .Select(path => (path, Encoding.Latin1.GetString(File.ReadAllBytes(path))))
            .Append(("the output", printed));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
