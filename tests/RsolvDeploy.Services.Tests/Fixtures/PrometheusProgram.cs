using System.Collections.Concurrent;
using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A server program on loopback, with a folder of its own that goes away with it.</summary>
internal sealed class PrometheusProgram : IAsyncDisposable
{
    private const int KeptLines = 30;

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;
    private readonly ConcurrentQueue<string> _output = new();

    private PrometheusProgram(Process process, string folder, Uri address)
    {
        _process = process;
        _folder = folder;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The program's full path; the test is skipped in plain words when it is not installed.</summary>
    public static string Find(string name)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/bin")
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"The program {name} is not installed (Debian package {name}), so this test has no real {name} to ask.");
        return path!;
    }

    /// <summary>Writes the files, starts the program, and waits until its ready endpoint answers 200.</summary>
    public static async Task<PrometheusProgram> StartAsync(
        string path, IReadOnlyDictionary<string, string> files, Func<string, int, IEnumerable<string>> arguments, CancellationToken ct)
    {
        string folder = Directory.CreateTempSubdirectory("rsolv-services-").FullName;
        foreach ((string name, string content) in files) await File.WriteAllTextAsync(Path.Combine(folder, name), content, ct);

        int port = LoopbackPort.Free();
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (string argument in arguments(folder, port)) start.ArgumentList.Add(argument);
        var program = new PrometheusProgram(Process.Start(start)!, folder, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            program.KeepOutput();
            await program.WaitUntilReadyAsync(ct);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

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

    private async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        bool ready = await PrometheusWait.UntilAsync(async () =>
        {
            if (_process.HasExited) throw new InvalidOperationException($"The program ended with {_process.ExitCode}:\n{string.Join('\n', _output)}");
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri("-/ready", UriKind.Relative), ct);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;       // not listening yet
            }
        }, ReadyWithin, ct);
        if (!ready) throw new TimeoutException($"The program was not ready within {ReadyWithin.TotalSeconds} s:\n{string.Join('\n', _output)}");
    }
}
