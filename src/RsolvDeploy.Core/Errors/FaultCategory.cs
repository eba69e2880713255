namespace RsolvDeploy.Errors;

/// <summary>What kind of fault it is. The names are those of PowerShell's <c>ErrorCategory</c>, so that they map one to one.</summary>
internal enum FaultCategory
{
    InvalidArgument,
    InvalidData,
    InvalidOperation,
    ObjectNotFound,
    PermissionDenied,
    AuthenticationError,
    SecurityError,
    ConnectionError,
    OperationTimeout,
    ResourceExists,
    ResourceUnavailable,
    ResourceBusy,
    LimitsExceeded,
    ParserError,
    ReadError,
    WriteError,
    ProtocolError,
    QuotaExceeded,
}
