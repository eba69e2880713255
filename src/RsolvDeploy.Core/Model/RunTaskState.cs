namespace RsolvDeploy;

/// <summary>The state of a task after a deployment.</summary>
public enum RunTaskState : long
{
    /// <summary>It is not done, and not due yet.</summary>
    Open,

    /// <summary>It is not done, and its due date has passed.</summary>
    Overdue,

    /// <summary>It was approved.</summary>
    Done,

    /// <summary>It was rejected: it is not done.</summary>
    Rejected,
}
