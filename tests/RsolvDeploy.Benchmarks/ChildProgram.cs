using System.Diagnostics;

namespace RsolvDeploy.Benchmarks;

/// <summary>Runs a program to its end and discards its output.</summary>
internal static class ChildProgram
{
    public static Task RunAsync(string program, params string[] arguments) => RunAsync(program, Stream.Null, arguments);

    /// <summary>Runs a program and returns its output.</summary>
    public static async Task<string> ReadAsync(string program, params string[] arguments)
    {
        using var output = new MemoryStream();
        await RunAsync(program, output, arguments);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    private static async Task RunAsync(string program, Stream into, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.BaseStream.CopyToAsync(into);
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors}");
    }
}
