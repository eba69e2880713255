namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>What somebody else does during a rollout.</summary>
internal enum Interference
{
    None,
    Annotate,
    ScaleUp,
    ScaleDown,
    Restart,
    DeleteNewPod,
    DeleteOldPod,
    Pause,
    PauseAndResume,
    SetImage,
    Delete,
}
