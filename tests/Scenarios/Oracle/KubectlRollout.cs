using System.Diagnostics;
using System.Globalization;

namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>What <c>kubectl rollout status</c> calls a rollout.</summary>
/// <param name="Succeeded">Whether it ended with exit code 0.</param>
/// <param name="Message">Its last line.</param>
/// <param name="Took">How long it ran.</param>
internal sealed record KubectlRollout(bool Succeeded, string Message, TimeSpan Took)
{
    /// <summary>The program; null when it is not on PATH.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl"))
        .FirstOrDefault(File.Exists);

    /// <summary>Whether it ended because the Deployment exceeded its progress deadline.</summary>
    public bool ExceededDeadline => Message.Contains("exceeded its progress deadline", StringComparison.Ordinal);

    /// <summary>Follows the rollout of a Deployment to its end, or to the time limit.</summary>
    public static async Task<KubectlRollout> FollowAsync(Target target, TimeSpan limit, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in Arguments(target, limit)) start.ArgumentList.Add(argument);
        var began = Stopwatch.GetTimestamp();
        using var kubectl = Process.Start(start)!;
        var output = kubectl.StandardOutput.ReadToEndAsync(ct);
        var errors = await kubectl.StandardError.ReadToEndAsync(ct);
        await kubectl.WaitForExitAsync(ct);
        var lines = $"{await output}\n{errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new KubectlRollout(kubectl.ExitCode == 0, lines.LastOrDefault() ?? "", Stopwatch.GetElapsedTime(began));
    }

    private static IEnumerable<string> Arguments(Target target, TimeSpan limit) =>
    [
        .. target.Kubeconfig is { } file ? ["--kubeconfig", file] : (string[])[],
        .. target.Context is { } context ? ["--context", context] : (string[])[],
        "--namespace",
        target.Namespace,
        "rollout",
        "status",
        $"deployment/{target.Deployment}",
        string.Create(CultureInfo.InvariantCulture, $"--timeout={limit.TotalSeconds:0}s"),
    ];
}
