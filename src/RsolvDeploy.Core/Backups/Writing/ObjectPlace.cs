namespace RsolvDeploy.Backups.Writing;

/// <summary>Where an object is in a backup.</summary>
/// <param name="File">Its file, relative to the folder of the backup.</param>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="Size">How many bytes it has there.</param>
/// <param name="Sha256">SHA-256 of these bytes, lower-case hex.</param>
internal readonly record struct ObjectPlace(string File, long Offset, int Size, string Sha256);
