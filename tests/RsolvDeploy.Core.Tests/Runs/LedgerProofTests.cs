using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Deployments;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>Only what a trusted signer wrote is a run.</summary>
public sealed class LedgerProofTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("rsolv-proof-").FullName;
    private readonly RunFolder _folder;

    public LedgerProofTests() => _folder = new RunFolder("20261124-130000-bbbbbb", Path.Combine(_root, "runs"));

    private TrustedSigners Me => new(new SigningKey(Path.Combine(_root, "mine")), []);

    private TrustedSigners Colleague => new(new SigningKey(Path.Combine(_root, "theirs")), []);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Lines_of_my_key_are_proven_by_its_certificate_alone()
    {
        Write(Me, 3);
        var proof = LedgerProof.Verify(_folder.Read(), Me);
        Assert.Equal((null, null), (proof.Line, proof.Problem));
        var certificate = SignerCertificate.LoadAll(Me.Own.CertificatePath).Single();
        Assert.Equal([certificate.Fingerprint], proof.Signers);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Me.Own.Folder, "key.pem")));
        }

        // Another machine of mine needs the certificate, not the key.
        var elsewhere = new TrustedSigners(new SigningKey(Path.Combine(_root, "elsewhere")), [Me.Own.CertificatePath]);
        Assert.Null(LedgerProof.Verify(_folder.Read(), elsewhere).Problem);
    }

    [Fact]
    public void A_run_that_somebody_made_up_is_not_continued()
    {
        var lines = Chain(new LedgerLine(1, DateTimeOffset.UnixEpoch, RunLedger.Actor, LedgerEvent.Run, [], ""));
        _folder.Create();
        File.WriteAllText(_folder.Ledger, lines);
        Assert.Null(_folder.Read().Problem); // the chain of hashes needs no key

        var refused = Assert.Throws<DeployException>(() => RunLedger.Open(_folder, trusted: Me));
        Assert.Equal("LedgerUnproven", refused.Id);
        Assert.Contains("line 1 is not signed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(RunState.Unproven, RecordedRun.From(_folder, Me).ToRecord().State);
        Assert.False(_folder.IsHeld());
    }

    [Fact]
    public void A_run_of_a_colleague_is_continued_when_the_configuration_trusts_the_colleague()
    {
        Write(Colleague, 2);
        var refused = Assert.Throws<DeployException>(() => RunLedger.Open(_folder, trusted: Me));
        Assert.Equal("LedgerUnproven", refused.Id);
        Assert.Contains(
            SignerCertificate.LoadAll(Colleague.Own.CertificatePath).Single().Fingerprint, refused.Message, StringComparison.Ordinal);

        var team = new TrustedSigners(Me.Own, [Colleague.Own.CertificatePath]);
        Write(team, 1);
        Assert.Equal(2, LedgerProof.Verify(_folder.Read(), team).Signers.Count);
        var proof = LedgerProof.Verify(_folder.Read(), new TrustedSigners(Me.Own, []));
        Assert.Null(proof.Problem); // I verified the first lines before I added mine
        Assert.Equal(3, LedgerProof.Verify(_folder.Read(), Colleague).Line);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_line_that_was_changed_with_all_hashes_after_it_is_named(int line)
    {
        Write(Me, 3);
        var lines = _folder.Read().Lines.ToList();
        lines[line - 1] = lines[line - 1] with { Data = new JsonObject { ["number"] = 9 } };
        File.WriteAllText(_folder.Ledger, Chain([.. lines]));
        Assert.Null(_folder.Read().Problem);

        var proof = LedgerProof.Verify(_folder.Read(), Me);
        Assert.Equal((line, true), (proof.Line, proof.IsAltered));
        Assert.Equal(RunState.Tampered, RecordedRun.From(_folder, Me).ToRecord().State);
        Assert.Equal("LedgerChanged", Assert.Throws<DeployException>(() => RunLedger.Open(_folder, trusted: Me)).Id);
    }

    [Fact]
    public void A_line_without_a_signature_at_the_end_is_not_continued()
    {
        Write(Me, 2);
        var lines = _folder.Read().Lines;
        File.WriteAllText(_folder.Ledger, Chain([.. lines, lines[1] with { Sequence = 3, Signature = null }]));
        Assert.Equal(3, LedgerProof.Verify(_folder.Read(), Me).Line);
        Assert.Throws<DeployException>(() => RunLedger.Open(_folder, trusted: Me));
    }

    [Theory]
    [InlineData("{\"sequence\":1,\"sequence\":1}")]
    [InlineData("{\"actor\":\"\\ud800\"}")]
    [InlineData("[]")]
    public void A_line_that_is_no_record_is_named(string text)
    {
        _folder.Create();
        File.WriteAllText(_folder.Ledger, $"{text[..^1]},\"hash\":\"{LedgerLine.HashOf(text[..^1])}\"}}\n");
        Assert.Equal((1, true), (LedgerProof.Verify(_folder.Read(), Me).Line, LedgerProof.Verify(_folder.Read(), Me).IsAltered));
    }

    [Fact]
    public void A_key_that_cannot_be_read_is_named()
    {
        Write(Me, 1);
        File.WriteAllText(Path.Combine(Me.Own.Folder, "key.pem"), "no key");
        Assert.Equal("SigningKeyInvalid", Assert.Throws<DeployException>(() => RunLedger.Open(_folder, trusted: Me)).Id);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_that_others_may_use_signs_nothing(UnixFileMode others)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes of files exist on Unix.");
        Write(Me, 1);
        var path = Path.Combine(Me.Own.Folder, "key.pem");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        var refused = Assert.Throws<DeployException>(() => RunLedger.Open(_folder, trusted: Me));
        Assert.Equal("SigningKeyExposed", refused.Id);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("chmod 600", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_user_signs_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root gives files to others.");
        Write(Me, 1);
        using (var run = System.Diagnostics.Process.Start("chown", ["65534", Path.Combine(Me.Own.Folder, "key.pem")])) run.WaitForExit();
        var refused = Assert.Throws<DeployException>(() => RunLedger.Open(_folder, trusted: Me));
        Assert.Contains("belongs to another user", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_cannot_be_read_stops_nobody_and_is_named()
    {
        Write(Colleague, 1);
        var broken = Path.Combine(_root, "broken.pem");
        File.WriteAllText(broken, "no certificate");
        Assert.Contains(
            broken, LedgerProof.Verify(_folder.Read(), new TrustedSigners(Me.Own, [broken])).Problem, StringComparison.Ordinal);
        var team = new TrustedSigners(Me.Own, [broken, Colleague.Own.CertificatePath]);
        Assert.Null(LedgerProof.Verify(_folder.Read(), team).Problem);
    }

    [Theory]
    [InlineData("https://other", "ns", "app", "the API server was https://here when it started, and is https://other")]
    [InlineData("https://here", "elsewhere", "app", "the namespace was ns")]
    [InlineData("https://here", "ns", "other", "the deployment was app")]
    public void A_run_is_resumed_only_where_it_ran(string server, string space, string deployment, string problem)
    {
        var opened = new JsonObject
        {
            ["target"] = "production",
            ["namespace"] = "ns",
            ["deployment"] = "app",
            ["reason"] = "",
            ["process"] = 1,
            ["server"] = "https://here",
            ["workloads"] = new JsonArray("Deployment/app"),
        };
        var line = new LedgerLine(1, DateTimeOffset.UnixEpoch, "alice@laptop", LedgerEvent.Run, opened, LedgerLine.HashOf("run"));
        var run = new RecordedRun(new RunFolder("run", _root), new LedgerText([line], 0, null), IsRunning: false);
        var same = new RunIdentity(run, Target("ns", "app"), "https://here");
        same.RequireSame();
        Assert.Equal("alice@laptop", same.OtherOperator);
        Assert.Equal("run run of production: ns/app on https://here, started by alice@laptop", same.Subject);

        var refused = Assert.Throws<DeployException>(() => new RunIdentity(run, Target(space, deployment), server).RequireSame());
        Assert.Equal("RunTargetChanged", refused.Id);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    private static Target Target(string space, string deployment) => new()
    {
        Name = "production",
        ConfigurationPath = "rsolv.yaml",
        Namespace = space,
        Deployment = deployment,
        Environment = "production",
    };

    // What anybody can do without a key: write lines, with hashes that follow each other.
    private string Chain(params LedgerLine[] lines)
    {
        var text = new StringBuilder();
        var previous = LedgerLine.HashOf(_folder.Id);
        foreach (var line in lines)
        {
            var next = line with { Previous = previous };
            text.Append(next.Text).Append('\n');
            previous = next.Hash;
        }

        return text.ToString();
    }

    private void Write(TrustedSigners signers, int count)
    {
        using var ledger = RunLedger.Open(_folder, trusted: signers);
        for (var number = 0; number < count; number++)
            ledger.Append(LedgerEvent.Torn, new TornLine(number));
    }
}
