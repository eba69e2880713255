using System.Collections.Concurrent;
using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A server program in a folder of its own. It is asked to end before it is made to, so that it can undo its mounts.</summary>
internal sealed class DockerProgram : IAsyncDisposable
{
    private const int KeptLines = 30;

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _name;
    private readonly ConcurrentQueue<string> _output = new();

    private DockerProgram(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    public int ProcessId => _process.Id;

    /// <summary>Why this machine cannot run a program; null when it can.</summary>
    public static string? WhyMissing(string name, string package) => Find(name) is null
        ? $"The program {name} is not installed (Debian package {package}), so this test has no real {name} to ask."
        : null;

    public static async Task<DockerProgram> StartAsync(string name, IEnumerable<string> arguments, Func<Task<bool>> isReady, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Find(name)!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        var program = new DockerProgram(Process.Start(start)!, name);
        try
        {
            program.KeepOutput();
            bool ready = await PrometheusWait.UntilAsync(() => program._process.HasExited ? throw program.Failed("ended") : isReady(), ReadyWithin, ct);
            return ready ? program : throw program.Failed($"was not ready within {ReadyWithin.TotalSeconds} s");
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
            using var patience = new CancellationTokenSource(EndsWithin);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Where a program lies; null when it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(["/usr/bin", "/usr/sbin"]).Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private InvalidOperationException Failed(string what) => new($"{_name} {what}:\n{string.Join('\n', _output)}");

    private void KeepOutput()
    {
        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            _output.Enqueue(line.Data);
            if (_output.Count > KeptLines) _output.TryDequeue(out _);
        }

        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }
}
