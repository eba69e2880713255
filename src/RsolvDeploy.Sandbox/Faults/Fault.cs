namespace RsolvDeploy.Sandbox.Faults;

/// <summary>The faults that can be injected.</summary>
internal enum Fault
{
    /// <summary>New pods crash again and again.</summary>
    CrashLoop,

    /// <summary>The containers of new pods are killed because they run out of memory.</summary>
    OutOfMemory,

    /// <summary>New pods cannot pull their image.</summary>
    ImageNotFound,

    /// <summary>New pods never become ready.</summary>
    ProbeFails,

    /// <summary>New pods become ready slowly.</summary>
    SlowStart,

    /// <summary>The platform answers with 500.</summary>
    Platform5xx,

    /// <summary>The platform answers everybody but Prometheus with 500, until the fault is cleared.</summary>
    RequestsFail,

    /// <summary>A person reports that the release is broken.</summary>
    ReportedBroken,

    /// <summary>A watch ends with 410 Gone.</summary>
    Watch410,

    /// <summary>The next chunk of a list has expired with 410 Gone.</summary>
    List410,

    /// <summary>A write fails with a conflict.</summary>
    Conflict409,

    /// <summary>A watch's connection is cut.</summary>
    CutWatch,

    /// <summary>The API server returns 429 Too Many Requests.</summary>
    Busy429,

    /// <summary>The API server is unavailable.</summary>
    Unavailable503,

    /// <summary>An admission webhook refuses every change of a Deployment.</summary>
    AdmissionRefuses,

    /// <summary>The registry does not answer.</summary>
    RegistryDown,

    /// <summary>The registry answers the nodes with 401 Unauthorized.</summary>
    RegistryDenies,

    /// <summary>The registry answers the nodes with 429 Too Many Requests.</summary>
    RegistryRateLimit,

    /// <summary>An alert of RFC-060 fires, until the fault is cleared.</summary>
    AlertFiring,

    /// <summary>A rule of RFC-060 cannot be evaluated, until the fault is cleared.</summary>
    RuleError,

    /// <summary>Scraped series lack the environment label, until the fault is cleared.</summary>
    MissingLabel,

    /// <summary>The last scrape was a minute ago and none follows, until the fault is cleared.</summary>
    ScrapeStale,

    /// <summary>The memory of every pod grows steadily, until the fault is cleared.</summary>
    MemoryGrowth,

    /// <summary>Every pod uses far more CPU than before, until the fault is cleared.</summary>
    CpuSpike,

    /// <summary>The platform counts each record of test data twice, until the fault is cleared.</summary>
    CountsTwice,

    /// <summary>The platform accepts test data and does not count it, until the fault is cleared.</summary>
    CountsNothing,

    /// <summary>The platform stores the next record of test data, and the connection ends before the response.</summary>
    LostResponse,

    /// <summary>Queries of mitigations fail in Grafana, until the fault is cleared.</summary>
    PanelError,

    /// <summary>Queries in Grafana return no data, until the fault is cleared.</summary>
    PanelNoData,

    /// <summary>Grafana does not allow the account to read dashboards, until the fault is cleared.</summary>
    GrafanaForbidden,

    /// <summary>A migration ends with an error.</summary>
    MigrationFails,

    /// <summary>A migration does not end.</summary>
    MigrationHangs,

    /// <summary>GitHub rejects a request for its primary rate limit, which resets in a second.</summary>
    GitHubRateLimit,

    /// <summary>GitHub rejects a request for a secondary rate limit.</summary>
    GitHubSecondaryLimit,

    /// <summary>GitHub requires single sign-on for the token.</summary>
    GitHubSso,

    /// <summary>GitHub does not name the run of a dispatch, as older servers do not, until the fault is cleared.</summary>
    GitHubWithoutRunDetails,

    /// <summary>A step of the staging workflow fails.</summary>
    WorkflowFails,

    /// <summary>The trust score of the mitigation is below its threshold.</summary>
    LowTrustScore,
}
