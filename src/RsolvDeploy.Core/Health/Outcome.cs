namespace RsolvDeploy.Health;

/// <summary>What a measurement came to. Finer than <see cref="CheckStatus"/>: it tells why something was not decided.</summary>
internal enum Outcome
{
    /// <summary>Measured, and as it has to be.</summary>
    Met,

    /// <summary>Measured and met, but an operator should look.</summary>
    MetButLook,

    /// <summary>Measured, and not as it has to be.</summary>
    NotMet,

    /// <summary>Measured, and not as it has to be; but it was no better before the deployment, which therefore is neither to blame nor shown to be good.</summary>
    NotMetBefore,

    /// <summary>The service answered, but has no data that would decide it.</summary>
    Undecided,

    /// <summary>The service that would tell did not answer, or refused.</summary>
    Unmeasured,

    /// <summary>Not configured, or made pointless by another check that did not pass.</summary>
    NotAsked,
}
