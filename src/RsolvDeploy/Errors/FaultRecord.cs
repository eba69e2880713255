using System.Management.Automation;
using RsolvDeploy.Redaction;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Errors;

/// <summary>Converts an exception to an error record: stable id, category, target and recommended action.</summary>
internal static class FaultRecord
{
    /// <summary>The error record.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="target">The target object of the error record, unless the exception has one.</param>
    /// <param name="redactor">Removes secret values from the messages.</param>
    public static ErrorRecord Create(Exception exception, object? target, Redactor redactor)
    {
        var error = UnexpectedError.From(exception).Redact(redactor);
        var category = Enum.TryParse<ErrorCategory>(error.Category.ToString(), out var named) ? named : ErrorCategory.InvalidOperation;
        // An exception of another library is reported unchanged, so that its type and stack trace stay visible.
        var shown = exception is DeployException ? error : redactor.Apply(exception);
        return new ErrorRecord(shown, error.Id, category, error.Subject ?? target)
        {
            // The host shows the recommended action below the message.
            ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = error.Remedy },
        };
    }
}
