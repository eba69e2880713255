using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Programs;

/// <summary>A program that runs. Disposing it ends the program and everything that it started.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>How much of standard error is kept; its end names the reason.</summary>
    private const int KeptErrors = 64 * 1024;

    /// <summary>A longer line is handed on in pieces.</summary>
    private const int LongestLine = 1024 * 1024;

    private readonly Process _process;
    private readonly string _program;

    private ChildProcess(Process process, string program, Action<string>? errorLine)
    {
        _process = process;
        _program = program;
        // Read from the beginning on: a full pipe would stop the program.
        StandardError = ReadErrorsAsync(process.StandardError, errorLine);
    }

    public int Id => _process.Id;

    /// <summary>The program's standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>The program's standard output.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>The end of the program's standard error, once the program has closed it.</summary>
    public Task<string> StandardError { get; }

    /// <summary>
    /// Starts a program and leaves its input and output to the caller. The limit of <paramref name="start"/> does not apply.
    /// </summary>
    /// <exception cref="ProgramStartException">The program is not there, or the system refuses to start it.</exception>
    public static ChildProcess Start(ProgramStart start)
    {
        var info = new ProcessStartInfo(ProgramPath.Resolve(start.Program), start.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = start.Folder ?? "",
        };
        foreach (var (name, value) in start.DefaultVariables) info.Environment.TryAdd(name, value);
        foreach (var (name, value) in start.Variables)
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }

        // What it starts by name in turn is not searched in its working folder either.
        if (info.Environment.TryGetValue("PATH", out var path)) info.Environment["PATH"] = ProgramPath.Absolute(path);

        try
        {
#pragma warning disable RS0030 // The one place that starts programs. Never null: UseShellExecute is off.
            return new ChildProcess(Process.Start(info)!, start.Program, start.ErrorLine);
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            throw new ProgramStartException(start.Program, e.Message, e);
        }
    }

    /// <summary>Runs a program to its end and takes its output whole. A program that is not waited for any longer is killed.</summary>
    /// <exception cref="ProgramStartException">The program is not there, or the system refuses to start it.</exception>
    /// <exception cref="TimeoutException">It did not end within the limit.</exception>
    /// <exception cref="DeployException"><c>ProgramOutputTooLong</c>: it printed more than is accepted.</exception>
    public static async Task<ProcessResult> RunAsync(ProgramStart start, TimeProvider time, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(start.Limit ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        using var process = Start(start);
        try
        {
            // Both at once: a program may print before it has read everything.
            var sent = process.SendAsync(start.Input, either.Token);
            var output = await process.ReadOutputAsync(start.LongestOutput, either.Token);
            await sent;
            var errors = await process.StandardError.WaitAsync(either.Token);
            return new ProcessResult(await process.WaitForExitAsync(either.Token), output, errors);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"{start.Program} did not end within {start.Limit?.TotalSeconds:0} s.", e);
        }
    }

    /// <summary>Waits for the program's end; its exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    /// <summary>Closes the program's input, which asks it to end, and kills it when it has not ended in time.</summary>
    public void Stop(TimeSpan grace)
    {
        CloseInput();
        _process.WaitForExit(grace);
        Dispose();
    }

    public void Dispose()
    {
        try
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended in between, or was disposed before.
        }

        _process.Dispose();
    }

    private async Task SendAsync(string? input, CancellationToken ct)
    {
        try
        {
            if (input is not null) await Input.WriteAsync(input.AsMemory(), ct);
            Input.Close();
        }
        catch (IOException)
        {
            // It ended, or closed its input, without reading: its output and exit code show why.
        }
    }

    private void CloseInput()
    {
        try
        {
            Input.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }

    private async Task<string> ReadOutputAsync(int longest, CancellationToken ct)
    {
        var text = new StringBuilder();
        var piece = new char[4096];
        while (await Output.ReadAsync(piece, ct) is > 0 and var count)
        {
            if (text.Length + count > longest)
            {
                throw new DeployException("ProgramOutputTooLong", FaultCategory.LimitsExceeded,
                    $"{_program} printed more than {longest} characters and was ended.", "Run the program by hand and see what it prints.")
                { Subject = _program };
            }

            text.Append(piece, 0, count);
        }

        return text.ToString();
    }

    private static async Task<string> ReadErrorsAsync(StreamReader errors, Action<string>? errorLine)
    {
        var kept = new StringBuilder();
        var line = new StringBuilder();
        var piece = new char[4096];
        try
        {
            while (await errors.ReadAsync(piece, CancellationToken.None) is > 0 and var count)
            {
                kept.Append(piece, 0, count);
                if (kept.Length > 2 * KeptErrors) kept.Remove(0, kept.Length - KeptErrors);
                if (errorLine is not null) HandOn(piece.AsSpan(0, count), line, errorLine);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process was disposed: nobody asks for its errors any more.
        }

        if (line.Length > 0) errorLine?.Invoke(line.ToString().TrimEnd('\r'));
        return kept.ToString();
    }

    private static void HandOn(ReadOnlySpan<char> piece, StringBuilder line, Action<string> errorLine)
    {
        foreach (var character in piece)
        {
            if (character != '\n') line.Append(character);
            if (character != '\n' && line.Length < LongestLine) continue;
            errorLine(line.ToString().TrimEnd('\r'));
            line.Clear();
        }
    }
}
