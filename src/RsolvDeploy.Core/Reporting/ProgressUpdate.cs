namespace RsolvDeploy.Reporting;

/// <summary>Where one activity stands.</summary>
/// <param name="Activity">What is being done; updates with the same activity replace each other.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Percent">0 to 100; null when it cannot be known.</param>
/// <param name="Completed">Whether this activity has ended.</param>
internal sealed record ProgressUpdate(string Activity, string Status, int? Percent = null, bool Completed = false);
