namespace RsolvDeploy.Reporting;

/// <summary>Reports to nobody.</summary>
internal sealed class SilentReporter : IReporter
{
    public static readonly SilentReporter Instance = new();

    public void Progress(ProgressUpdate update) { }

    public void Verbose(string message) { }

    public void Warning(string message) { }

    public void Information(string message) { }
}
