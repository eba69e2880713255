namespace RsolvDeploy.Reporting;

/// <summary>Where a step tells what it is doing. The cmdlets pump it to PowerShell's streams; may be called from any thread.</summary>
internal interface IReporter
{
    /// <summary>Shows where the work stands.</summary>
    void Progress(ProgressUpdate update);

    /// <summary>Something only a curious operator wants to read.</summary>
    void Verbose(string message);

    /// <summary>Something worth a look although the work goes on.</summary>
    void Warning(string message);

    /// <summary>Something every operator wants to know once, for example where a new key lies.</summary>
    void Information(string message);
}
