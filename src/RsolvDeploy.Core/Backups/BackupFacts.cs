namespace RsolvDeploy.Backups;

/// <summary>What a backup or its removal records when it starts, so that a probe finds the folder.</summary>
/// <param name="Folder">The folder of the backup.</param>
internal sealed record BackupFacts(string Folder);
