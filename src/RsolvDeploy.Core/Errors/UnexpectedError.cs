namespace RsolvDeploy.Errors;

/// <summary>Gives every exception a stable id, a category and a remedy.</summary>
internal static class UnexpectedError
{
    /// <summary>The exception itself when it is one of ours, otherwise one of ours around it.</summary>
    public static DeployException From(Exception exception) => exception switch
    {
        DeployException known => known,
        UnauthorizedAccessException =>
            Wrap(exception, "AccessDenied", FaultCategory.PermissionDenied, "Check the permissions of the path in the message."),
        IOException => Wrap(exception, "FileFailed", FaultCategory.WriteError, "Check that the path exists, is writable and has room."),
        HttpRequestException => Wrap(exception, "RequestFailed", FaultCategory.ConnectionError, "Check the address and the network."),
        TimeoutException => Wrap(exception, "TimedOut", FaultCategory.OperationTimeout, "Try again, or allow more time."),
        _ => Wrap(exception, "Unexpected", FaultCategory.InvalidOperation,
            "This is a defect of RsolvDeploy: please report it with the stack trace of $Error[0].Exception."),
    };

    private static DeployException Wrap(Exception exception, string id, FaultCategory category, string remedy) =>
        new(id, category, exception.Message, remedy, exception);
}
