namespace RsolvDeploy.Core.Tests.Programs;

/// <summary>A program that wrote its process id to a file: <c>sleep 600 &amp; echo $! > pid; wait</c>.</summary>
internal static class StartedProgram
{
    /// <summary>Waits until the program has written its id.</summary>
    public static Task WaitForStartAsync(string pidFile) =>
        WaitUntilAsync(() => File.Exists(pidFile) && File.ReadAllText(pidFile).EndsWith('\n'));

    /// <summary>Waits until the program has ended.</summary>
    public static Task AssertEndedAsync(string pidFile)
    {
        var id = int.Parse(File.ReadAllText(pidFile), System.Globalization.CultureInfo.InvariantCulture);
        return WaitUntilAsync(() => HasEnded(id));
    }

    // Where nobody reaps it, a killed process stays as a zombie.
    private static bool HasEnded(int id)
    {
        var stat = $"/proc/{id}/stat";
        if (!Directory.Exists("/proc/self")) return System.Diagnostics.Process.GetProcesses().All(process => process.Id != id);
        try
        {
            return File.ReadAllText(stat).Split(' ')[2] is "Z" or "X";
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(10, limit.Token);
    }
}
