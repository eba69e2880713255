using RsolvDeploy.Json;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Runs;

/// <summary>
/// Compiles what the end of a first step needs while its start compiles on another processor: the runtime compiles some 500 methods for
/// the first entries of a ledger, most of them generic ones of its own libraries, which cannot be compiled ahead of time.
/// </summary>
internal static class FirstEntries
{
    private static readonly Task Compiled = Task.Run(RunAsync);

    /// <summary>Starts it, once in a process.</summary>
    /// <returns>Ends when it is done.</returns>
    public static Task Begin() => Compiled;

    // Repeats nothing, and writes to nowhere.
    private static async Task RunAsync()
    {
        var policy = new RetryPolicy(new RetryOptions(static (_, _) => false, Retries: 1, TimeSpan.FromSeconds(1)));
        var now = DateTimeOffset.UnixEpoch;
        var evidence = await policy.RunAsync(static _ => Task.FromResult(""), CancellationToken.None);
        var check = new RecordedCheck("", CheckStatus.Passed, evidence) { Started = now, Duration = TimeSpan.Zero };
        _ = GeneratedJson.ToNode(new ChangeIntent(""), LedgerJson.Default);
        _ = GeneratedJson.ToNode(new ChangeOutcome(1) { Is = new ChangeFacts() }, LedgerJson.Default);
        _ = GeneratedJson.ToNode(
            new RecordedResult(StepKind.Backup, StepStatus.Succeeded) { Started = now, Duration = TimeSpan.Zero, Checks = [check] },
            LedgerJson.Default);
    }
}
