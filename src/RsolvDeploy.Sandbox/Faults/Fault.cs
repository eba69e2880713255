namespace RsolvDeploy.Sandbox.Faults;

/// <summary>What can be made to go wrong.</summary>
internal enum Fault
{
    /// <summary>New pods crash again and again.</summary>
    CrashLoop,

    /// <summary>The containers of new pods are killed for their memory.</summary>
    OutOfMemory,

    /// <summary>New pods cannot pull their image.</summary>
    ImageNotFound,

    /// <summary>New pods never become ready.</summary>
    ProbeFails,

    /// <summary>New pods take long to become ready.</summary>
    SlowStart,

    /// <summary>The platform answers with 500.</summary>
    Platform5xx,

    /// <summary>A watch ends with 410 Gone.</summary>
    Watch410,

    /// <summary>The next chunk of a list is gone: its version is forgotten.</summary>
    List410,

    /// <summary>A write meets a conflict.</summary>
    Conflict409,

    /// <summary>A watch's connection is cut.</summary>
    CutWatch,

    /// <summary>The API server asks for patience.</summary>
    Busy429,

    /// <summary>The API server is unavailable.</summary>
    Unavailable503,

    /// <summary>An admission webhook refuses every change of a Deployment.</summary>
    AdmissionRefuses,

    /// <summary>The registry does not answer.</summary>
    RegistryDown,

    /// <summary>An alert of RFC-060 fires, for as long as it is ordered.</summary>
    AlertFiring,

    /// <summary>A rule of RFC-060 cannot be evaluated, for as long as it is ordered.</summary>
    RuleError,

    /// <summary>Scraped series lack the environment label, for as long as it is ordered.</summary>
    MissingLabel,

    /// <summary>The last scrape was a minute ago and none follows, for as long as it is ordered.</summary>
    ScrapeStale,

    /// <summary>A migration ends with an error.</summary>
    MigrationFails,

    /// <summary>A migration does not end.</summary>
    MigrationHangs,
}
