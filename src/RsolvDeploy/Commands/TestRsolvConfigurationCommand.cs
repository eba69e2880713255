using System.Management.Automation;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Verifies a configuration without a cluster: syntax, keys, values, inheritance and environment variables.</summary>
/// <remarks>
/// All errors are reported together, each with line, column and key. Nothing outside of the file and the environment variables is read; use
/// Test-RsolvEnvironment to verify a target.
/// </remarks>
/// <example>
/// <code>Test-RsolvConfiguration</code>
/// <para>Verifies the rsolv.yaml that is found upward from the current folder.</para>
/// </example>
/// <example>
/// <code>(Test-RsolvConfiguration ./deploy/rsolv.yaml).Problems | Format-Table Line, Key, Message</code>
/// <para>Lists the errors of a file.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem -Recurse -Filter rsolv.yaml | Test-RsolvConfiguration | Where-Object IsValid -EQ $false</code>
/// <para>Verifies every configuration of a repository, and outputs those with errors.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvConfiguration", HelpUri = OnlineHelp.Address, DefaultParameterSetName = ByPath)]
[OutputType(typeof(ConfigurationReport))]
public sealed class TestRsolvConfigurationCommand : RsolvCmdlet
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";

    /// <summary>Specifies the configuration files. Wildcards are permitted. By default the file is searched upward from the current
    /// folder.</summary>
    [Parameter(Position = 0, ParameterSetName = ByPath, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Alias("ConfigurationPath")]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the configuration files, exactly as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLiteralPath, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Path.Length + LiteralPath.Length == 0)
            await EmitAsync(ConfigurationTest.Run(ConfigurationFile.Find(null, CurrentFolder)), cancellationToken);
        foreach (var path in Path) await TestAsync(path, () => FullPaths(path, "ConfigurationNotFound"), cancellationToken);
        foreach (var path in LiteralPath) await TestAsync(path, () => [FullPath(path)!], cancellationToken);
    }

    // A file that is not there is one error, and the others are verified.
    private async Task TestAsync(string path, Func<IReadOnlyList<string>> resolve, CancellationToken ct)
    {
        var (files, problem) = await OnPipelineAsync(() => Resolve(resolve), ct);
        if (problem is not null) await EmitErrorAsync(problem, path, ct);
        foreach (var file in files)
        {
            try
            {
                await EmitAsync(ConfigurationTest.Run(ConfigurationFile.Find(file, CurrentFolder)), ct);
            }
            catch (DeployException e)
            {
                await EmitErrorAsync(e, file, ct);
            }
        }
    }

    // What throws on the pipeline thread ends the command.
    private static (IReadOnlyList<string> Files, DeployException? Problem) Resolve(Func<IReadOnlyList<string>> resolve)
    {
        try
        {
            return (resolve(), null);
        }
        catch (DeployException e)
        {
            return ([], e);
        }
    }
}
