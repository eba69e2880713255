using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace RsolvDeploy.Host;

/// <summary>One PowerShell session with the module imported.</summary>
internal static class Session
{
    /// <summary>Runs the script, the command or the prompt.</summary>
    /// <returns>The exit code: that of the script, 1 after a terminating error, 130 after Ctrl+C.</returns>
    public static int Run(Arguments arguments)
    {
        if (arguments.File is { } file && !System.IO.File.Exists(file))
        {
            Console.Error.WriteLine($"The script '{file}' does not exist. Pass the path of a .ps1 file to -File.");
            return 66;
        }

        var host = new ConsoleHost();
        using var runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        runspace.Open();
        if (Execute(runspace, "Import-Module -Name $args[0]", [ModuleManifest()]) is not 0 and var failed) return failed;
        if (arguments.File is { } script)
        {
            // `exit` in a script file only sets $LASTEXITCODE here, so an older value must not remain.
            var ended = Execute(runspace, "$global:LASTEXITCODE = 0; & $args[0] @($args[1])", [script, arguments.Rest.ToArray()]);
            return ended != 0 ? ended : host.ExitCode ?? LastExitCode(runspace);
        }

        if (arguments.Command is { } text) return Execute(runspace, text, []) is not 0 and var code ? code : host.ExitCode ?? 0;
        return Prompt(host, runspace);
    }

    private static int Prompt(ConsoleHost host, Runspace runspace)
    {
        while (host.ExitCode is null)
        {
            Console.Write("rsolv> ");
            if (Console.ReadLine() is not { } line) break;
            if (line.Length > 0) Execute(runspace, line, []);
        }

        return host.ExitCode ?? 0;
    }

    private static int Execute(Runspace runspace, string script, object[] arguments)
    {
        using var powershell = PowerShell.Create(runspace);
        powershell.AddScript(script);
        foreach (var argument in arguments) powershell.AddArgument(argument);
        powershell.AddCommand("Out-Default");
        powershell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        var interrupted = false;
        ConsoleCancelEventHandler stop = (_, pressed) =>
        {
            pressed.Cancel = interrupted = true;
            powershell.BeginStop(null, null);
        };
        Console.CancelKeyPress += stop;
        try
        {
            powershell.Invoke();
            return 0;
        }
        catch (PipelineStoppedException)
        {
            return interrupted ? 130 : 1;
        }
        catch (RuntimeException e)
        {
            ShowError(runspace, e.ErrorRecord);
            return 1;
        }
        finally
        {
            Console.CancelKeyPress -= stop;
        }
    }

    private static void ShowError(Runspace runspace, ErrorRecord error)
    {
        using var powershell = PowerShell.Create(runspace);
        powershell.AddCommand("Out-Default").Invoke(new[] { error });
    }

    private static int LastExitCode(Runspace runspace) =>
        Convert.ToInt32(runspace.SessionStateProxy.GetVariable("LASTEXITCODE") ?? 0, CultureInfo.InvariantCulture);

    // The program runs from a clone, so the manifest is in a parent folder.
    private static string ModuleManifest()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, "RsolvDeploy.psd1");
            if (System.IO.File.Exists(manifest)) return manifest;
        }

        throw new FileNotFoundException(
            $"RsolvDeploy.psd1 was not found in or above '{AppContext.BaseDirectory}'. Run this program from a clone of the repository.");
    }
}
