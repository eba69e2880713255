using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// Names of Linux as bytes. Any byte but '/' and 0 may be in one; the framework decodes them as UTF-8, and loses those that are not.
/// </summary>
internal static class RawFolder
{
    // Of dirent.h and asm-generic/fcntl.h; x64 and arm64 alike, with glibc and musl.
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int LongestLink = 4096;

    /// <summary>Whether names can be read as bytes here.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>The entries of a folder, without <c>.</c> and <c>..</c>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<RawEntry> List(byte[] folder)
    {
        IntPtr directory = OpenDirectory(Terminated(folder));
        if (directory == IntPtr.Zero) throw Failed();
        try
        {
            var entries = new List<RawEntry>();
            while (ReadDirectory(directory) is var entry && entry != IntPtr.Zero)
            {
                int length = 0;
                while (Marshal.ReadByte(entry, NameOffset + length) != 0) length++;
                byte[] name = new byte[length];
                Marshal.Copy(entry + NameOffset, name, 0, length);
                if (!name.AsSpan().SequenceEqual("."u8) && !name.AsSpan().SequenceEqual(".."u8))
                    entries.Add(new RawEntry(name, (RawEntryType)Marshal.ReadByte(entry, TypeOffset)));
            }

            return entries;
        }
        finally
        {
            _ = CloseDirectory(directory);
        }
    }

    /// <summary>Opens a file or folder for reading.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle Open(byte[] path)
    {
        SafeFileHandle handle = OpenFile(Terminated(path), NonBlocking | CloseOnExec);
        if (!handle.IsInvalid) return handle;
        handle.Dispose();
        throw Failed();
    }

    /// <summary>The target of a symbolic link.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadLink(byte[] path)
    {
        byte[] target = new byte[LongestLink];
        nint length = ReadLink(Terminated(path), target, target.Length);
        return length >= 0 ? target[..(int)length] : throw Failed();
    }

    private static byte[] Terminated(byte[] path) => [.. path, 0];

    private static IOException Failed() => new(Marshal.GetLastPInvokeErrorMessage());

    [DllImport("libc", EntryPoint = "opendir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr OpenDirectory(byte[] path);

    [DllImport("libc", EntryPoint = "readdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr ReadDirectory(IntPtr directory);

    [DllImport("libc", EntryPoint = "closedir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseDirectory(IntPtr directory);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle OpenFile(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "readlink", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadLink(byte[] path, byte[] target, nint size);
}
