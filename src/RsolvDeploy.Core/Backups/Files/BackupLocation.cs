using System.Globalization;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Files;

/// <summary>The folder of a target's backups, and the names of their folders.</summary>
internal static class BackupLocation
{
    /// <summary>How the name of a backup starts that is being written, or was interrupted.</summary>
    public const string UnfinishedPrefix = ".incomplete-";

    /// <summary>The file in an unfinished backup that its process locks while it writes.</summary>
    public const string LockName = "writing" + FileLock.Extension;

    private const string TimestampFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The folder of a target's backups.</summary>
    public static string RootFor(Target target) =>
        target.Backup.Path ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".rsolv", "backups");

    /// <summary>The name of a new backup: target, timestamp and run.</summary>
    public static string NameFor(Target target, DateTimeOffset created, string runId) =>
        $"{target.Name}-{created.UtcDateTime.ToString(TimestampFormat, CultureInfo.InvariantCulture)}-{runId}";

    /// <summary>Whether a name starts like the names of this target's backups.</summary>
    public static bool IsOf(string target, string name) => name.StartsWith($"{target}-", StringComparison.Ordinal);

    /// <summary>The timestamp in the name of a target's backup; the earliest one when the name has none.</summary>
    public static DateTimeOffset TimestampOf(string name, string target)
    {
        var text = name[(target.Length + 1)..].Split('-')[0];
        return DateTimeOffset.TryParseExact(
            text, TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var timestamp)
            ? timestamp
            : DateTimeOffset.MinValue;
    }

    /// <summary>Whether the folder is named as a backup that is not complete.</summary>
    public static bool IsUnfinished(string path) => Path.GetFileName(path).StartsWith(UnfinishedPrefix, StringComparison.Ordinal);

    /// <summary>The folder of the same backup while it is not complete: before it is written, or while it is deleted.</summary>
    public static string UnfinishedPath(string path) =>
        IsUnfinished(path) ? path : Path.Combine(Path.GetDirectoryName(path)!, UnfinishedPrefix + Path.GetFileName(path));

    /// <summary>Whether a process is writing the backup now.</summary>
    public static bool IsBeingWritten(string path) => FileLock.IsHeld(Path.Combine(path, LockName));
}
