using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>
/// Compiles what the end of a first step needs while its start compiles on another processor: the runtime compiles some 300 methods for
/// the first entries of a ledger, most of them generic ones of its own libraries, which cannot be compiled ahead of time.
/// </summary>
internal static class FirstEntries
{
    private static readonly Task Compiled = Task.Run(Run);

    /// <summary>Starts it, once in a process.</summary>
    /// <returns>Ends when it is done.</returns>
    public static Task Begin() => Compiled;

    // Writes to nowhere.
    private static void Run()
    {
        var now = DateTimeOffset.UnixEpoch;
        var check = new RecordedCheck("", CheckStatus.Passed, "") { Started = now, Duration = TimeSpan.Zero };
        _ = GeneratedJson.ToNode(new ChangeIntent(""), LedgerJson.Default);
        _ = GeneratedJson.ToNode(new ChangeOutcome(1) { Is = new ChangeFacts() }, LedgerJson.Default);
        _ = GeneratedJson.ToNode(
            new RecordedResult(StepKind.Backup, StepStatus.Succeeded) { Started = now, Duration = TimeSpan.Zero, Checks = [check] },
            LedgerJson.Default);
    }
}
