using System.ComponentModel;
using System.Diagnostics;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A small file system of its own at a folder. To mount it requires root; without it the test is skipped.</summary>
internal static class SmallDisk
{
    public static async Task MountAsync(string folder, string options, CancellationToken ct) =>
        Assert.SkipUnless(
            await RunAsync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], ct) == 0,
            "Mounting a small disk takes root: that a full one is named was not tried.");

    /// <summary>Unmounts it; does nothing where none is mounted.</summary>
    public static Task UnmountAsync(string folder) => RunAsync("umount", [folder], CancellationToken.None);

    private static async Task<int> RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            await process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            return -1; // there is no such program here
        }
    }
}
