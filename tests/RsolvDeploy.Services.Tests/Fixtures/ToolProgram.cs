using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A program of others that a test compares with: it runs to its end.</summary>
/// <param name="Name">Its name on the PATH.</param>
/// <param name="Package">The package of Debian that has it.</param>
internal sealed record ToolProgram(string Name, string Package)
{
    public static readonly ToolProgram Skopeo = new("skopeo", "skopeo");

    public static readonly ToolProgram Oras = new("oras", "oras");

    /// <summary>Skips the test when it is not installed.</summary>
    public void Require()
    {
        string? why = ServerProgram.WhyMissing(Name, Package);
        Assert.SkipWhen(why is not null, why ?? "");
    }

    /// <summary>Runs it.</summary>
    /// <returns>Whether it succeeded, and what it wrote: its output where it did, its errors where it did not.</returns>
    public async Task<(bool Succeeded, string Text)> RunAsync(CancellationToken ct, params string[] arguments)
    {
        Require();
        var start = new ProcessStartInfo(ServerProgram.Find(Name)!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var program = Process.Start(start)!;
        Task<string> errors = program.StandardError.ReadToEndAsync(ct);
        string output = await program.StandardOutput.ReadToEndAsync(ct);
        await program.WaitForExitAsync(ct);
        return program.ExitCode == 0 ? (true, output.Trim()) : (false, $"{output}{await errors}");
    }

    /// <summary>Runs it; it has to succeed.</summary>
    public async Task<string> OutputAsync(CancellationToken ct, params string[] arguments)
    {
        (bool succeeded, string text) = await RunAsync(ct, arguments);
        Assert.True(succeeded, $"{Name} {string.Join(' ', arguments)}: {text}");
        return text;
    }
}
