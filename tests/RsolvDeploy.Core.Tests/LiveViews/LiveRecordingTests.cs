using System.Text;

namespace RsolvDeploy.Core.Tests.LiveViews;

/// <summary>docs/live-view-80.txt and -120.txt show the live view. RSOLV_WRITE_DOCS=1 writes them anew.</summary>
public class LiveRecordingTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void The_recording_in_the_docs_is_what_a_terminal_shows(int width)
    {
        var text = new StringBuilder()
            .AppendLine($"# Invoke-RsolvDeployment, {width} columns and 36 lines: a release that crashes, and its rollback.")
            .AppendLine("# LiveRecordingTests makes this file. In colour the bar of each row is filled up to its percentage.");
        foreach (var (time, lines) in new RecordedLiveRun(width, 36).Play())
        {
            text.AppendLine().AppendLine(time);
            foreach (var line in lines) text.AppendLine(line);
        }

        var (name, page) = ($"live-view-{width}.txt", text.ToString().ReplaceLineEndings("\n"));
        var path = Path.Combine(Repository.Root, "docs", name);
        if (Environment.GetEnvironmentVariable("RSOLV_WRITE_DOCS") == "1") File.WriteAllText(path, page);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == page,
            $"docs/{name} is not what the live view shows. Run this test with RSOLV_WRITE_DOCS=1, and commit it.");
    }
}
