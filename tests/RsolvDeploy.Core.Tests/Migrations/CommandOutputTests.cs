using System.Text;
using RsolvDeploy.Migrations;

namespace RsolvDeploy.Core.Tests.Migrations;

/// <summary>The two streams of a command.</summary>
public class CommandOutputTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Standard_output_and_standard_error_never_share_a_line()
    {
        var output = new CommandOutput(_ => { });
        await WriteAsync(output.Output, "[{:up, 1, \"a\"}, {:do");
        await WriteAsync(output.Errors, "[debug] QUERY OK\n[err");
        await WriteAsync(output.Output, "wn, 2, \"b\"}]\n");
        await WriteAsync(output.Errors, "or] late");
        output.Complete();

        Assert.Equal("[{:up, 1, \"a\"}, {:down, 2, \"b\"}]\n", output.Text);
        Assert.Equal(["[debug] QUERY OK", "[{:up, 1, \"a\"}, {:down, 2, \"b\"}]", "[error] late"], output.LastLines);
    }

    [Fact]
    public async Task Output_beyond_the_limit_is_known_to_be_incomplete()
    {
        var output = new CommandOutput(_ => { });
        await WriteAsync(output.Output, new string('x', 4 * 1024 * 1024));
        await WriteAsync(output.Errors, "much");
        Assert.False(output.IsTruncated);
        await WriteAsync(output.Output, "y");
        Assert.True(output.IsTruncated);
        Assert.Equal(4 * 1024 * 1024, output.Text.Length);
    }

    private static ValueTask WriteAsync(Stream to, string text) => to.WriteAsync(Encoding.UTF8.GetBytes(text), Ct);
}
