using RsolvDeploy.Deployments;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>Whatever is done to a recorded run, its proof names the first line that it was done to.</summary>
public sealed class RunProverTests : IDisposable
{
    private const int Lines = 6;
    private readonly RunFolder _folder = new(RunId.New(DateTimeOffset.UtcNow));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public RunProverTests() => Write(_folder, "first");

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public async Task An_altered_line_is_named_whichever_it_is()
    {
        var content = File.ReadAllLines(_folder.Ledger);
        for (var line = 1; line <= Lines; line++)
        {
            var altered = (string[])content.Clone();
            altered[line - 1] = altered[line - 1].Replace("first", "other", StringComparison.Ordinal);
            File.WriteAllLines(_folder.Ledger, altered);
            await AssertNamedAsync(line);
        }
    }

    [Fact]
    public async Task A_removed_line_is_named_by_its_place()
    {
        var content = File.ReadAllLines(_folder.Ledger).ToList();
        content.RemoveAt(2);
        File.WriteAllLines(_folder.Ledger, content);
        await AssertNamedAsync(3);
    }

    [Fact]
    public async Task A_ledger_written_anew_by_a_stranger_is_not_proven()
    {
        File.Delete(_folder.Ledger);
        var keys = Directory.CreateTempSubdirectory("rsolv-keys-").FullName;
        Write(_folder, "forged", new TrustedSigners(new SigningKey(keys), []));
        Directory.Delete(keys, recursive: true);
        var proof = await ProveAsync();
        Assert.Equal((Verdict.Failed, 1), (proof.Verdict, proof.FirstAlteredLine));
        Assert.Equal([CheckStatus.Passed, CheckStatus.Failed], proof.Checks.Take(2).Select(check => check.Status)); // its chain is unbroken
    }

    [Fact]
    public async Task A_ledger_as_it_was_written_is_proven_with_its_signer()
    {
        var proof = await ProveAsync();
        Assert.Equal((Verdict.Passed, null, Lines), (proof.Verdict, proof.FirstAlteredLine, proof.Lines));
        Assert.Single(proof.Signers);
    }

    private async Task AssertNamedAsync(int line)
    {
        var proof = await ProveAsync();
        Assert.Equal((Verdict.Failed, (int?)line, line - 1), (proof.Verdict, proof.FirstAlteredLine, proof.Lines));
        Assert.Contains($"line {line} ", RunProver.ErrorOf(proof)?.Message, StringComparison.Ordinal);
    }

    private Task<RunProof> ProveAsync() =>
        new RunProver(TimeProvider.System).ProveAsync(RecordedRun.From(_folder), readHistory: null, Ct);

    private static void Write(RunFolder folder, string what, TrustedSigners? trusted = null)
    {
        using var ledger = RunLedger.Open(folder, clock: null, trusted);
        for (var line = 0; line < Lines; line++)
            ledger.Append(LedgerEvent.Intent, new ChangeIntent(what));
    }
}
