using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>A run that is not what it was is not resumed.</summary>
public class ForeignRunTests : SandboxedTest
{
    private const string Interrupted = "$target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false | "
        + "Where-Object Status -ne Succeeded | Undo-RsolvDeployment -Confirm:$false; "
        + "Get-RsolvRun -TargetName production | Where-Object ConfigurationPath -eq $target.ConfigurationPath";

    [Fact]
    public void A_run_that_somebody_wrote_without_a_key_is_shown_as_unproven_and_not_resumed()
    {
        var run = Interrupt();
        Assert.Equal("Interrupted", Run($"Get-RsolvRun {run}").ThrowOnError().Output.Single().Text("State"));
        MakeUp(run);
        Assert.Equal("Unproven", Run($"Get-RsolvRun {run}").ThrowOnError().Output.Single().Text("State"));
        var changes = Session.Changes.Count();
        Run($"Resume-RsolvDeployment {run} -Confirm:$false").ThrowOnErrorBut("LedgerUnproven");
        Assert.Equal(changes, Session.Changes.Count());
    }

    [Fact]
    public void A_run_whose_target_names_another_namespace_now_is_not_resumed()
    {
        var run = Interrupt();
        var moved = Path.Combine(Sandbox.Folder, "moved.yaml");
        File.WriteAllText(
            moved,
            File.ReadAllText(Sandbox.ConfigurationPath)
                .Replace($"namespace: {Sandbox.Namespace}", "namespace: somewhere-else", StringComparison.Ordinal));
        var refused = Run($"Resume-RsolvDeployment {run} -ConfigurationPath '{moved}' -Confirm:$false");
        refused.ThrowOnErrorBut("RunTargetChanged");
    }

    // A run that seems to have died right before its end.
    private string Interrupt()
    {
        var done = Run(Interrupted).ThrowOnError().Output.Single();
        var ledger = Path.Combine(done.Text("Folder"), "ledger.jsonl");
        File.WriteAllLines(ledger, File.ReadAllLines(ledger)[..^1]);
        return done.Text("RunId");
    }

    // The same lines with a chain of hashes that is whole, as anybody can write them.
    private void MakeUp(string run)
    {
        var ledger = Path.Combine(Run($"Get-RsolvRun {run}").ThrowOnError().Output.Single().Text("Folder"), "ledger.jsonl");
        var previous = Hash(run);
        var lines = new List<string>();
        foreach (var line in File.ReadAllLines(ledger))
        {
            var body = line[..line.LastIndexOf(",\"signer\":", StringComparison.Ordinal)];
            body = $"{body[..body.LastIndexOf('"', body.Length - 2)]}\"{previous}\"";
            previous = Hash(body);
            lines.Add($"{body},\"hash\":\"{previous}\"}}");
        }

        File.WriteAllLines(ledger, lines);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
