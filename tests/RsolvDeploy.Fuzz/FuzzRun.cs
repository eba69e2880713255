using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Fuzz;

/// <summary>Feeds a parser with changed inputs until their number is reached, or it fails.</summary>
/// <param name="target">The parser.</param>
internal sealed class FuzzRun(FuzzTarget target)
{
    // Generous, because other programs work on the machine; a loop without an end is far beyond.
    private static readonly TimeSpan LongestParse = TimeSpan.FromSeconds(5);

    // An input has at most 64 KiB.
    private const long MostMemory = 256L << 20;

    private SafeFileHandle? _trace;

    /// <summary>Where the input is written before it is parsed, so that it is there when the process dies; null for nowhere.</summary>
    public string? Trace { get; init; }

    /// <summary>How many inputs were parsed.</summary>
    public int Inputs { get; private set; }

    /// <summary>How many inputs were rejected with an error of the module.</summary>
    public int Rejected { get; private set; }

    /// <summary>The longest time that one input took.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>The first input that fails, with the reason; null when none does.</summary>
    public (byte[] Input, string Reason)? Failure { get; private set; }

    /// <summary>Runs it.</summary>
    /// <param name="seed">The seed of the changes.</param>
    /// <param name="inputs">How many inputs are tried.</param>
    public void Run(int seed, int inputs)
    {
#pragma warning disable CA5394 // The inputs have to be the same again for the same seed.
        var random = new Random(seed);
#pragma warning restore CA5394
        using var trace = _trace = Trace is null ? null : File.OpenHandle(Trace, FileMode.Create, FileAccess.Write);
        var mutator = new Mutator(random, target.Words);
        var corpus = target.Seeds.ToList();
        foreach (var known in target.Seeds) Try(known);
        Try([]);
        while (Failure is null && Inputs < inputs)
        {
            var (one, other) = (corpus[random.Next(corpus.Count)], corpus[random.Next(corpus.Count)]);
            Try(mutator.Change(one, other));
        }
    }

    private void Try(byte[] input)
    {
        if (Failure is not null) return;
        if (_trace is not null)
        {
            RandomAccess.SetLength(_trace, input.Length);
            RandomAccess.Write(_trace, input, 0);
        }

        Inputs++;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        try
        {
            target.Parse(input);
        }
        catch (DeployException e)
        {
            Rejected++;
            if (e.Id.Length == 0 || e.Message.Length == 0 || e.Remedy.Length == 0)
                Failure = (input, $"an error without id, message or remedy: {e}");
        }
        catch (Exception e)
        {
            Rejected++;
            if (!target.Throws.Any(type => type.IsInstanceOfType(e))) Failure = (input, e.ToString());
        }

        var time = Stopwatch.GetElapsedTime(start);
        if (time > Slowest) Slowest = time;
        var memory = GC.GetAllocatedBytesForCurrentThread() - before;
        if (time > LongestParse) Failure ??= (input, $"it took {time}");
        else if (memory > MostMemory) Failure ??= (input, $"it allocated {memory >> 20} MiB");
    }
}
