namespace RsolvDeploy.Reporting.Live;

/// <summary>A line of the live view; a row with the same id replaces it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The id of the row above it; null at the top.</param>
/// <param name="Activity">What it is about.</param>
/// <param name="Status">Where it stands.</param>
internal sealed record LiveRow(int Id, int? Parent, string Activity, string Status)
{
    /// <summary>0 to 100; null when it cannot be known.</summary>
    public int? Percent { get; init; }

    /// <summary>Whether it is removed.</summary>
    public bool Completed { get; init; }
}
