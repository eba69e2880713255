namespace RsolvDeploy.Runs;

/// <summary>Something that a history lacks, or may lack.</summary>
/// <param name="Newer">How many releases of the history are newer than the gap.</param>
/// <param name="Reason">What is missing, as a sentence without its period.</param>
internal sealed record HistoryGap(int Newer, string Reason);
