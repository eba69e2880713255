using Microsoft.Win32.SafeHandles;

namespace RsolvDeploy.Storage;

/// <summary>Reads files that strangers may have made: only a regular file of a bounded size, and never through a link.</summary>
internal static class RegularFile
{
    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">The most bytes that are accepted.</param>
    /// <param name="problem">Why it is not read, <c>is a link</c> for example; empty when it is read.</param>
    /// <returns>The bytes; empty when there is a problem.</returns>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] ReadAll(string path, long longest, out string problem) => Read(path, longest, .., out problem);

    /// <summary>Reads a part of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">The most bytes that the whole file may have.</param>
    /// <param name="part">Its first byte, and the one after its last.</param>
    /// <param name="problem">Why it is not read; empty when it is read.</param>
    /// <returns>The bytes; empty when there is a problem.</returns>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] Read(string path, long longest, Range part, out string problem)
    {
        problem = "";
        // A pipe without a writer would block the process that opens it. A link that somebody puts there meanwhile is not followed.
        var opened = LinuxFile.TryOpenWithoutBlocking(path);
        if (opened is null && new FileInfo(path).LinkTarget is not null)
        {
            problem = "is a link";
            return [];
        }

        using var handle = opened ?? Open(path);
        using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (!file.CanSeek) problem = "is no regular file";
        else if (IsOfAnother(handle)) problem = "is another user's file under a second name";
        else if (file.Length > longest) problem = $"is larger than {longest} bytes";
        else if (part.End.GetOffset((int)file.Length) > file.Length) problem = "is shorter than it was";
        if (problem.Length > 0) return [];
        var (offset, length) = part.GetOffsetAndLength((int)file.Length);
        var content = new byte[length];
        file.Position = offset;
        file.ReadExactly(content);
        return content;
    }

    // A hard link shows a file of somebody who never put it there; a copy that shares its files with another copy has one owner.
    private static bool IsOfAnother(SafeFileHandle file) =>
        LinuxFile.TryReadOwner(file) is { Names: > 1 } status && status.Owner != LinuxFile.User;

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
