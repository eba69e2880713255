using System.Diagnostics;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>The real kubectl: what it does with a kubeconfig is right.</summary>
internal static class Kubectl
{
    /// <summary>Runs it; the test is skipped where it is not installed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, CancellationToken ct)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl")).FirstOrDefault(File.Exists);
        if (path is null) Assert.Skip("kubectl is not on the PATH: this test compares with it.");
        var start = new ProcessStartInfo(path!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var name in new[] { "KUBECONFIG", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy" })
            start.Environment.Remove(name);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var kubectl = Process.Start(start)!;
        kubectl.StandardInput.Close();
        var output = kubectl.StandardOutput.ReadToEndAsync(ct);
        var errors = await kubectl.StandardError.ReadToEndAsync(ct);
        await kubectl.WaitForExitAsync(ct);
        return (kubectl.ExitCode, await output + errors);
    }
}
