using System.Management.Automation;

namespace RsolvDeploy.Errors;

/// <summary>Turns an exception into an error record: stable id, category, target and recommended action.</summary>
internal static class FaultRecord
{
    /// <summary>The error record.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="target">What it is about, when the exception does not say so.</param>
    public static ErrorRecord Create(Exception exception, object? target)
    {
        var error = UnexpectedError.From(exception);
        var category = Enum.TryParse<ErrorCategory>(error.Category.ToString(), out var named) ? named : ErrorCategory.InvalidOperation;
        // An exception that is not ours is reported as it is, so that its type and stack trace stay visible.
        return new ErrorRecord(ReferenceEquals(error, exception) ? error : exception, error.Id, category, error.Subject ?? target)
        {
            ErrorDetails = new ErrorDetails($"{error.Message} {error.Remedy}".TrimEnd()) { RecommendedAction = error.Remedy },
        };
    }
}
