namespace RsolvDeploy.Migrations;

/// <summary>What a migration records when it starts, so that a probe can compare it with the database.</summary>
/// <param name="Pod">The pod that runs the command.</param>
/// <param name="Pending">The versions that are pending.</param>
/// <param name="IsLimited">Whether the pod itself ends the command at its time limit.</param>
/// <param name="Seconds">The time limit, in seconds.</param>
internal sealed record MigrationFacts(string Pod, IReadOnlyList<long> Pending, bool IsLimited, int Seconds);
