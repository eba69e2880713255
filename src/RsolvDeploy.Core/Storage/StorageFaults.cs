using System.Security;

namespace RsolvDeploy.Storage;

/// <summary>The file system's refusals.</summary>
internal static class StorageFaults
{
    /// <summary>Whether it is one: no space, no right, no such folder, a name too long, a disk that fails.</summary>
    public static bool IsOne(Exception e) => e is IOException or UnauthorizedAccessException or SecurityException;
}
