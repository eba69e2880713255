namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>Finds programs that run on this machine.</summary>
internal static class RunningProgram
{
    /// <summary>Whether a process has exactly this command line.</summary>
    public static bool IsRunning(params string[] command)
    {
        string wanted = string.Concat(command.Select(argument => $"{argument}\0"));
        return Directory.GetDirectories("/proc")
            .Select(folder => Path.Combine(folder, "cmdline"))
            .Where(File.Exists)
            .Any(path => Read(path) == wanted);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";       // it ended meanwhile
        }
    }
}
