using RsolvDeploy.Reporting;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Reports how many objects a backup has written. Thread safe.</summary>
internal sealed class BackupProgress(BackupPlan plan, IReporter reporter)
{
    private int _count;

    private string Activity => $"Backing up {plan.Target.Name}";

    /// <summary>Reports more objects.</summary>
    public void Add(int objects) => reporter.Progress(new ProgressUpdate(Activity, $"{Interlocked.Add(ref _count, objects)} objects"));

    /// <summary>Reports the end.</summary>
    public void Complete() => reporter.Progress(new ProgressUpdate(Activity, "done", 100, Completed: true));
}
