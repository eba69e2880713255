using System.Collections.Concurrent;
using System.Globalization;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Sandbox.Programs;

/// <summary>The programs of the sandbox's pods: a few system programs and the platform's own. Each pod has its own files.</summary>
/// <param name="release">The platform's <c>bin/rsolv</c>.</param>
internal sealed class PodPrograms(ReleaseProgram release)
{
    private const int Terminated = 143;
    private readonly ConcurrentDictionary<(string Pod, string Path), byte[]> _files = new();

    /// <summary>Runs a program; null when there is none with that name.</summary>
    public async Task<int?> RunAsync(ProgramRun run, CancellationToken ct)
    {
        switch (run.Command[0])
        {
            case "true":
                return 0;
            case "false":
                return 1;
            case "echo":
                await run.PrintAsync(string.Join(' ', run.Arguments), ct);
                return 0;
            case "cat":
                return await CatAsync(run, ct);
            case "tee" when run.Arguments is [var path]:
                return await TeeAsync(run, path, ct);
            case "cp" when run.Arguments is [var from, var to]:
                if (!_files.TryGetValue((run.Pod.Uid(), from), out var copied))
                    return await run.FailAsync($"cp: can't stat '{from}': No such file or directory", ct);
                _files[(run.Pod.Uid(), to)] = copied;
                return 0;
            case "sleep" when run.Arguments is [var seconds]:
                await Task.Delay(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), ct);
                return 0;
            case "timeout":
                return await LimitedAsync(run, ct);
            case "bin/rsolv":
                return await release.RunAsync(run, ct);
            default:
                return null;
        }
    }

    private async Task<int?> CatAsync(ProgramRun run, CancellationToken ct)
    {
        if (run.Arguments is not [var path])
        {
            await run.Input.CopyToAsync(run.Output, ct);
            return 0;
        }

        if (!_files.TryGetValue((run.Pod.Uid(), path), out var text))
            return await run.FailAsync($"cat: can't open '{path}': No such file or directory", ct);
        await run.Output.WriteAsync(text, ct);
        return 0;
    }

    private async Task<int?> TeeAsync(ProgramRun run, string path, CancellationToken ct)
    {
        using var text = new MemoryStream();
        await run.Input.CopyToAsync(text, ct);
        _files[(run.Pod.Uid(), path)] = text.ToArray();
        await run.Output.WriteAsync(text.ToArray(), ct);
        return 0;
    }

    // timeout [-k seconds] seconds program …
    private async Task<int?> LimitedAsync(ProgramRun run, CancellationToken ct)
    {
        var rest = run.Arguments is ["-k", _, .. var behind] ? behind : run.Arguments;
        if (rest is not [var seconds, .. { Length: > 0 } command])
            return await run.FailAsync("Usage: timeout [-s SIG] [-k KILL_SECS] SECS PROG ARGS", ct);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await RunAsync(run with { Command = command }, both.Token) ?? 127;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Terminated;
        }
    }
}
