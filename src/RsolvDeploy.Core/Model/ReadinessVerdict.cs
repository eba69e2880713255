namespace RsolvDeploy;

/// <summary>Whether a deployment should be started.</summary>
public enum ReadinessVerdict
{
    /// <summary>Everything required was shown, and nothing else gives pause.</summary>
    Ready,

    /// <summary>Everything required was shown; something else is not as it should be.</summary>
    ReadyWithRisks,

    /// <summary>Something required was not shown: a deployment would fail, or could not be undone.</summary>
    NotReady,
}
