using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>The program cosign: of PATH, or of the variable RSOLV_TEST_COSIGN. It has a home of its own.</summary>
internal sealed class CosignProgram
{
    private readonly string _path;
    private readonly string _home;

    private CosignProgram(string path, string home) => (_path, _home) = (path, home);

    /// <summary>Finds it; skips the test where it is not installed.</summary>
    public static CosignProgram Require(string home)
    {
        string? given = Environment.GetEnvironmentVariable("RSOLV_TEST_COSIGN");
        string? path = string.IsNullOrEmpty(given) ? ServerProgram.Find("cosign") : given;
        Assert.SkipWhen(
            path is null || !File.Exists(path),
            "The program cosign is not installed (Debian package cosign, trixie and later), and this test needs it.");
        return new CosignProgram(path!, home);
    }

    /// <summary>Whether it can sign without the services of sigstore.</summary>
    public async Task<bool> TakesSigningConfigAsync(CancellationToken ct) =>
        (await RunAsync(["attest", "--help"], ct)).Output.Contains("--signing-config", StringComparison.Ordinal);

    /// <summary>Runs it.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(_path) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _home };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["HOME"] = _home;
        start.Environment["COSIGN_PASSWORD"] = "";
        using var process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(ct), error = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
