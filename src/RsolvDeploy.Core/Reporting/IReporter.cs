namespace RsolvDeploy.Reporting;

/// <summary>Where a step reports what it is doing. The cmdlets pump it to PowerShell's streams; may be called from any thread.</summary>
internal interface IReporter
{
    /// <summary>Shows where the work stands.</summary>
    void Progress(ProgressUpdate update);

    /// <summary>Shows that a phase of a deployment starts or ends.</summary>
    void Phase(PhaseUpdate update) { }

    /// <summary>Shows a change of state, such as one of a rollout.</summary>
    void State(string text) { }

    /// <summary>Shows the pods of a rollout after one of them changed.</summary>
    void Pods(PodsUpdate update) { }

    /// <summary>Shows the newest log lines of a pod that fails.</summary>
    void Log(LogUpdate update) { }

    /// <summary>Details, shown by -Verbose.</summary>
    void Verbose(string message);

    /// <summary>A problem that does not stop the step.</summary>
    void Warning(string message);

    /// <summary>Something that every operator needs to know once, for example where a new key lies.</summary>
    void Information(string message);
}
