using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Core.Tests.Backups;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>A ledger tells the truth, or which line does not.</summary>
public sealed class RunLedgerTests : IDisposable
{
    private readonly RunFolder _folder = new(RunId.New(DateTimeOffset.UtcNow));

    public void Dispose()
    {
        if (Directory.Exists(_folder.Path)) Directory.Delete(_folder.Path, recursive: true);
    }

    [Fact]
    public async Task A_change_stands_between_its_intent_and_its_outcome()
    {
        using (var ledger = RunLedger.Open(_folder))
        {
            await ledger.DoAsync("patch it", () =>
            {
                // On the disk before the change is made.
                Assert.Equal([LedgerEvent.Intent], _folder.Read().Lines.Select(line => line.Event));
                return Task.FromResult(7);
            });
            await Assert.ThrowsAsync<DeployException>(() =>
                ledger.DoAsync<int>("fail", () => throw new DeployException("Refused", FaultCategory.ResourceBusy, "no", "wait")));
        }

        var read = _folder.Read();
        Assert.Null(read.Problem);
        Assert.Equal(
            [LedgerEvent.Intent, LedgerEvent.Outcome, LedgerEvent.Intent, LedgerEvent.Outcome], read.Lines.Select(line => line.Event));
        Assert.Equal("Refused", (string?)read.Lines[3].Data["error"]);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Ledger));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
    }

    [Fact]
    public void A_line_that_was_cut_off_in_the_writing_is_no_edit_and_is_taken_away()
    {
        Write(2);
        File.AppendAllText(_folder.Ledger, "{\"sequence\":3,\"at");
        Assert.Equal((2, 17, null), (_folder.Read().Lines.Count, _folder.Read().Torn, _folder.Read().Problem));
        RunLedger.Open(_folder).Dispose();
        Assert.Equal((3, 0, LedgerEvent.Torn), (_folder.Read().Lines.Count, _folder.Read().Torn, _folder.Read().Lines[2].Event));
    }

    [Fact]
    public void A_process_that_dies_at_any_of_fifty_points_of_a_line_loses_that_line_alone()
    {
        Write(3);
        var whole = File.ReadAllBytes(_folder.Ledger);
        var kept = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        for (var kill = 0; kill < 50; kill++)
        {
            File.WriteAllBytes(_folder.Ledger, whole[..(kept + (kill * (whole.Length - kept) / 50))]);
            RunLedger.Open(_folder).Dispose();
            var read = _folder.Read();
            Assert.Equal((null, 0, kill), (read.Problem, read.Torn, kill));
            Assert.Equal(kill == 0 ? 2 : 3, read.Lines.Count); // the third one reports the line that was removed
            Assert.Equal((kill, kill == 0 ? null : LedgerEvent.Torn), (kill, read.Lines.Count == 3 ? read.Lines[2].Event : null));
        }
    }

    [Fact]
    public void A_clock_that_is_set_back_changes_neither_the_order_nor_the_proof()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
        using (var ledger = RunLedger.Open(_folder, clock))
        {
            Note(ledger, new JsonObject { ["number"] = 1 });
            clock.AdjustTime(clock.GetUtcNow().AddHours(-3));
            Note(ledger, new JsonObject { ["number"] = 2 });
        }

        // A process that starts after the clock was set back continues it too.
        using (var ledger = RunLedger.Open(_folder, clock)) Note(ledger, new JsonObject { ["number"] = 3 });
        var run = RecordedRun.From(_folder);
        Assert.Equal((null, null), (run.Text.Problem, run.Proof!.Problem));
        Assert.Equal([1, 2, 3], run.Text.Lines.Select(line => (int)line.Data["number"]!));
        Assert.True(run.Text.Lines[1].Timestamp < run.Text.Lines[0].Timestamp);
    }

    [Fact]
    public void Two_holders_are_refused_and_the_lines_of_many_threads_stay_in_order()
    {
        using var ledger = RunLedger.Open(_folder);
        Assert.True(_folder.IsHeld());
        Assert.Equal("RunBusy", Assert.Throws<DeployException>(() => _folder.Acquire()).Id);
        Parallel.For(0, 50, number => Note(ledger, new JsonObject { ["number"] = number }));
        Assert.Equal((50, null), (_folder.Read().Lines.Count, _folder.Read().Problem));
    }

    [Fact]
    public async Task A_full_disk_is_said_and_leaves_no_half_line()
    {
        Directory.CreateDirectory(_folder.Path);
        await SmallDisk.MountAsync(_folder.Path, "size=64k", TestContext.Current.CancellationToken);
        try
        {
            using var ledger = RunLedger.Open(_folder);
            var full = Assert.Throws<DeployException>(() =>
            {
                for (var line = 0; line < 100; line++) Note(ledger, new JsonObject { ["text"] = new string('x', 1500) });
            });
            Assert.Equal("LedgerNotWritable", full.Id);
            Assert.Contains(_folder.Ledger, full.Message, StringComparison.Ordinal);
            Note(ledger, []); // a short one has room where the long one had not
            Assert.Equal((0, null, "note"), (_folder.Read().Torn, _folder.Read().Problem, _folder.Read().Lines[^1].Event));
        }
        finally
        {
            await SmallDisk.UnmountAsync(_folder.Path);
        }
    }

    [Fact]
    public async Task Who_only_looks_at_a_run_never_stops_the_one_who_works()
    {
        Write(1);
        using var over = new CancellationTokenSource();
        var looking = Task.Run(() =>
        {
            while (!over.IsCancellationRequested) _folder.IsHeld();
        }, TestContext.Current.CancellationToken);
        for (var time = 0; time < 200; time++) _folder.Acquire().Dispose();
        await over.CancelAsync();
        await looking;
    }

    [Fact]
    public void A_ledger_that_was_changed_is_not_added_to()
    {
        Write(3);
        File.WriteAllText(
            _folder.Ledger, File.ReadAllText(_folder.Ledger).Replace("\"number\":1", "\"number\":9", StringComparison.Ordinal));
        var refused = Assert.Throws<DeployException>(() => RunLedger.Open(_folder));
        Assert.Equal("LedgerChanged", refused.Id);
        Assert.Contains("line 2 was changed", refused.Message, StringComparison.Ordinal);
        Assert.False(_folder.IsHeld());
    }

    [Fact]
    public void Any_changed_byte_is_found_in_its_line()
    {
        var content = Content(6);
        var property = Prop.ForAll(Gen.Choose(0, content.Length - 2).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (at, by) =>
        {
            var edited = content.ToArray();
            edited[at] ^= (byte)by;
            return LedgerText.Read(edited, "run").Problem is not null;
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), property);
    }

    [Fact]
    public void A_removed_a_moved_and_a_doubled_line_is_found()
    {
        var lines = Encoding.UTF8.GetString(Content(6)).Split('\n')[..^1];
        for (var one = 0; one < lines.Length; one++)
        {
            if (one < lines.Length - 1) Assert.NotNull(Read([.. lines[..one], .. lines[(one + 1)..]]).Problem);
            Assert.NotNull(Read([.. lines[..one], lines[one], .. lines[one..]]).Problem);
            for (var other = one + 1; other < lines.Length; other++)
            {
                var moved = lines.ToArray();
                (moved[one], moved[other]) = (moved[other], moved[one]);
                Assert.StartsWith($"line {one + 1} ", Read(moved).Problem, StringComparison.Ordinal);
            }
        }

        Assert.NotNull(LedgerText.Read(Content(2), "another run").Problem);
    }

    private static void Note(RunLedger ledger, JsonObject data) => ledger.Append("note", data, NoteJson.Default);

    private static LedgerText Read(string[] lines) =>
        LedgerText.Read(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), "run");

    private static byte[] Content(int count)
    {
        var text = new StringBuilder();
        var previous = LedgerLine.HashOf("run");
        for (var number = 1; number <= count; number++)
        {
            var line = new LedgerLine(
                number,
                DateTimeOffset.UnixEpoch.AddSeconds(number),
                "me@here",
                "note",
                new JsonObject { ["number"] = number, ["text"] = "é\n\"" },
                previous);
            text.Append(line.Text).Append('\n');
            previous = line.Hash;
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Write(int count)
    {
        using var ledger = RunLedger.Open(_folder);
        for (var number = 0; number < count; number++) Note(ledger, new JsonObject { ["number"] = number });
    }
}
