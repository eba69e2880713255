using System.Collections;
using System.Management.Automation;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Binding;

/// <summary>Reads what a report is asked for: a result, live or deserialized, an object that names a run, or the id of a run.</summary>
internal static class ReportInput
{
    /// <summary>The run, and the result of a step of it; null when the object is none.</summary>
    /// <exception cref="DeployException">The object names no run, or it is a result that cannot be read whole.</exception>
    public static (string RunId, IStepResult? Result) Read(PSObject input)
    {
        var value = input.BaseObject is PSCustomObject or IDictionary ? ReadResult(input) : input.BaseObject;
        if (value is IStepResult result) return (result.RunId, result);
        var run = input.BaseObject as string ?? PropertyBag.Member(input, nameof(IStepResult.RunId))?.ToString();
        return !string.IsNullOrWhiteSpace(run) ? (run, null) : throw new DeployException(
            "RunMissing",
            FaultCategory.InvalidArgument,
            $"The object of the type {input.TypeNames.FirstOrDefault()} names no run.",
            "Pipe the result of a step, a run from Get-RsolvRun, or the id of a run.");
    }

    private static object? ReadResult(PSObject input)
    {
        try
        {
            return SerializedResult.Read(input);
        }
        catch (Exception e) when (e is ArgumentException or PSInvalidCastException)
        {
            throw TargetSource.Unreadable(e.Message);
        }
    }
}
