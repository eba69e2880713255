namespace RsolvDeploy;

/// <summary>The result of a measurement. Finer than <see cref="CheckStatus"/>: it shows why something was not decided.</summary>
internal enum CheckResult
{
    /// <summary>Not configured, or made pointless by another check that did not pass.</summary>
    Skipped,

    /// <summary>Measured, and the requirement is met.</summary>
    Met,

    /// <summary>Measured and met, but an operator should look.</summary>
    MetWithWarning,

    /// <summary>Measured, and the requirement is not met.</summary>
    NotMet,

    /// <summary>
    /// Measured and not met, but it was not met before the deployment either. The deployment is neither the cause nor proven good.
    /// </summary>
    NotMetBefore,

    /// <summary>The service responded, but has no data that would decide it.</summary>
    Inconclusive,

    /// <summary>The service that would decide it did not respond, or refused.</summary>
    Unmeasured,

    /// <summary>A person decides.</summary>
    Manual,
}
