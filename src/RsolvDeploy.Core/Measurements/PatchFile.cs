using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Measurements;

/// <summary>The file that the rules with the proposed thresholds are written to. It replaces one that exists.</summary>
internal static class PatchFile
{
    /// <summary>Writes it; a measurement without a proposal writes none, and warns.</summary>
    /// <param name="path">The full path of the file.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="reporter">Where the warning is shown.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="StepException"><c>PatchNotWritten</c>, with the measurement.</exception>
    public static async Task WriteAsync(string path, MetricsMeasurement measured, IReporter reporter, CancellationToken ct)
    {
        if (measured.Patch.Length == 0)
        {
            reporter.Warning($"No threshold is proposed, so that {path} is not written.");
            return;
        }

        try
        {
            await File.WriteAllTextAsync(path, measured.Patch, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var error = new DeployException(
                "PatchNotWritten",
                FaultCategory.WriteError,
                $"The rules with the proposed thresholds are not written to {path}: {e.Message}",
                "Specify a file in a folder that exists and is writable; the property Patch of the result holds the rules.",
                e)
            { Subject = path };
            throw new StepException(error, measured with { Status = StepStatus.Failed });
        }
    }
}
