using System.ComponentModel;
using System.Diagnostics;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>The openssl program, the independent reader of encrypted backups.</summary>
internal static class OpenSsl
{
    /// <summary>What it decrypts; the test is skipped where there is no openssl.</summary>
    public static Task<byte[]> DecryptAsync(string file, params string[] key) =>
        RunAsync(["cms", "-decrypt", "-binary", "-inform", "DER", "-in", file, .. key]);

    /// <summary>What it prints; it has to succeed.</summary>
    public static async Task<byte[]> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("openssl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using var openssl = Process.Start(start)!;
            using var content = new MemoryStream();
            var complaints = openssl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await openssl.StandardOutput.BaseStream.CopyToAsync(content, TestContext.Current.CancellationToken);
            await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(openssl.ExitCode == 0, await complaints);
            return content.ToArray();
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no openssl on PATH: that it reads and verifies our backups was not tried.");
            throw;
        }
    }
}
