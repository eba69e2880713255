using System.Management.Automation;

namespace RsolvDeploy.Errors;

/// <summary>Turns a fault into an error record: stable id, category, target and a recommended action.</summary>
internal static class FaultRecord
{
    public static ErrorRecord Create(Exception fault, object? target) => fault switch
    {
        DeployException known => Known(known, target),
        UnauthorizedAccessException => Other(fault, "AccessDenied", ErrorCategory.PermissionDenied, target, "Check the permissions of the path that the message names."),
        IOException => Other(fault, "FileFailed", ErrorCategory.WriteError, target, "Check that the path exists, is writable and has room."),
        HttpRequestException => Other(fault, "RequestFailed", ErrorCategory.ConnectionError, target, "Check the address and the network."),
        TimeoutException => Other(fault, "TimedOut", ErrorCategory.OperationTimeout, target, "Try again, or allow more time."),
        _ => Other(fault, "Unexpected", ErrorCategory.InvalidOperation, target, "This is a defect of RsolvDeploy: please report it with the stack trace of $Error[0].Exception."),
    };

    private static ErrorRecord Known(DeployException fault, object? target)
    {
        var category = Enum.TryParse<ErrorCategory>(fault.Category.ToString(), out var named) ? named : ErrorCategory.InvalidOperation;
        return Recommend(new ErrorRecord(fault, fault.Id, category, fault.Subject ?? target), fault.Message, fault.Remedy);
    }

    private static ErrorRecord Other(Exception fault, string id, ErrorCategory category, object? target, string remedy) =>
        Recommend(new ErrorRecord(fault, id, category, target), fault.Message, remedy);

    private static ErrorRecord Recommend(ErrorRecord record, string message, string remedy)
    {
        record.ErrorDetails = new ErrorDetails($"{message} {remedy}".TrimEnd()) { RecommendedAction = remedy };
        return record;
    }
}
