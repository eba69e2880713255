using System.Collections.Concurrent;
using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A server program. It gets a signal to end before it is killed, so that it can undo its mounts.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private const int KeptLines = 30;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _name;
    private readonly ConcurrentQueue<string> _output = new();

    private ServerProgram(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    public int ProcessId => _process.Id;

    /// <summary>Why a program cannot run here; null when it can.</summary>
    public static string? WhyMissing(string name, string package) => Find(name) is null
        ? $"The program {name} is not installed (Debian package {package}), and this test needs it."
        : null;

    public static async Task<ServerProgram> StartAsync(
        string name, IEnumerable<string> arguments, Func<Task<bool>> isReady, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Find(name)!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        var program = new ServerProgram(Process.Start(start)!, name);
        try
        {
            program.CollectOutput();
            bool ready = await Polling.UntilAsync(
                () => program._process.HasExited ? throw program.Failed("ended") : isReady(), StartTimeout, ct);
            return ready ? program : throw program.Failed($"was not ready within {StartTimeout.TotalSeconds} s");
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", [_process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            using var timeout = new CancellationTokenSource(StopTimeout);
            await _process.WaitForExitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The path of a program; null when it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(["/usr/bin", "/usr/sbin"])
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    private InvalidOperationException Failed(string what) => new($"{_name} {what}:\n{string.Join('\n', _output)}");

    private void CollectOutput()
    {
        void Enqueue(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            _output.Enqueue(line.Data);
            if (_output.Count > KeptLines) _output.TryDequeue(out _);
        }

        _process.OutputDataReceived += Enqueue;
        _process.ErrorDataReceived += Enqueue;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }
}
