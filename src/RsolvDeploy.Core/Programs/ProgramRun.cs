using System.ComponentModel;
using System.Diagnostics;

namespace RsolvDeploy.Programs;

/// <summary>One run of a program that is told everything by its arguments: no shell, nothing to read, and what it writes is taken whole.</summary>
internal static class ProgramRun
{
    /// <summary>What a run came to.</summary>
    /// <param name="Code">The exit code.</param>
    /// <param name="Output">What it wrote.</param>
    /// <param name="Errors">What it complained of.</param>
    internal sealed record ProcessResult(int Code, string Output, string Errors)
    {
        /// <summary>The last line of what it complained of; empty when it said nothing.</summary>
        public string LastError => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
    }

    /// <summary>How to start a program; its folder and variables may still be set.</summary>
    public static ProcessStartInfo Create(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>Runs it to its end. One that is given up on is killed, with what it started.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    /// <exception cref="TimeoutException">It did not end within the limit.</exception>
    public static async Task<ProcessResult> RunAsync(ProcessStartInfo start, TimeSpan limit, CancellationToken ct)
    {
        using var over = new CancellationTokenSource(limit);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ct);
        using var process = Process.Start(start)!; // a new process: UseShellExecute is off
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(both.Token);
            var output = await process.StandardOutput.ReadToEndAsync(both.Token);
            await process.WaitForExitAsync(both.Token);
            return new ProcessResult(process.ExitCode, output, await errors);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw new TimeoutException($"{start.FileName} did not end within {limit.TotalSeconds:0} s.", e);
        }
    }
}
