using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RsolvDeploy.Storage;

/// <summary>Files of Linux, opened by one call of the kernel.</summary>
/// <remarks>
/// The framework takes ten calls for a file that is made, written, read and closed: it locks it, asks for the kind of its file system and
/// seeks. For a file that nobody else can know yet none of it serves, and for 10,000 small ones it is most of the time.
/// </remarks>
internal static class LinuxFile
{
    // Of asm-generic/fcntl.h; x64 and arm64 alike.
    private const int Read = 0;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    // The one flag of these that differs.
    private static readonly int NoFollow =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 0x20000 : 0x8000;
    private const uint Mode600 = 0x180;

    /// <summary>
    /// Makes a file that only its owner can read and that must not exist yet; null where that fails: the
    /// framework, tried next, reports why.
    /// </summary>
    public static SafeFileHandle? TryCreateNew(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var handle = Open(path, ReadWrite | Create | Exclusive | CloseOnExec, Mode600);
        if (!handle.IsInvalid) return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>
    /// Opens an existing file for reading, whatever its type, without waiting and without following a link; null when it cannot be opened.
    /// </summary>
    public static SafeFileHandle? TryOpenWithoutBlocking(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var handle = Open(path, Read | NonBlocking | NoFollow | CloseOnExec, 0);
        if (!handle.IsInvalid) return handle;
        handle.Dispose();
        return null;
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);
}
