namespace RsolvDeploy;

/// <summary>What it means that somebody else reverts the image of a Deployment.</summary>
public enum OwnershipAction : long
{
    /// <summary>Nothing: it is only named.</summary>
    Ignore,

    /// <summary>The update continues with a warning.</summary>
    Warn,

    /// <summary>The update is refused: an image that is reverted is not deployed.</summary>
    Fail,
}
