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
    /// <param name="folder">The open folder: the kernel does not go its way again.</param>
    /// <param name="name">The name in it.</param>
    public static SafeFileHandle? TryCreateNew(SafeFileHandle folder, string name) =>
        OperatingSystem.IsLinux() ? Valid(OpenAt(folder, name, ReadWrite | Create | Exclusive | CloseOnExec, Mode600)) : null;

    /// <summary>Opens a folder; null where that fails.</summary>
    public static SafeFileHandle? TryOpenFolder(string path) =>
        OperatingSystem.IsLinux() ? Valid(Open(path, Read | CloseOnExec, 0)) : null;

    /// <summary>
    /// Opens an existing file for reading, whatever its type, without waiting and without following a link; null when it cannot be opened.
    /// </summary>
    public static SafeFileHandle? TryOpenWithoutBlocking(string path) =>
        OperatingSystem.IsLinux() ? Valid(Open(path, Read | NonBlocking | NoFollow | CloseOnExec, 0)) : null;

    private static SafeFileHandle? Valid(SafeFileHandle handle)
    {
        if (!handle.IsInvalid) return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>The owner of an open file and the number of its names; null where the system does not tell.</summary>
    public static (uint Owner, uint Names)? TryReadOwner(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> status = stackalloc byte[StatusSize];
        try
        {
            return Statx(file, "", EmptyPath, OwnerAndNames, ref MemoryMarshal.GetReference(status)) == 0
                ? (MemoryMarshal.Read<uint>(status[20..]), MemoryMarshal.Read<uint>(status[16..]))
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library before 2018
        }
    }

    /// <summary>The user that this process acts as; null on other systems.</summary>
    public static uint? User => OperatingSystem.IsLinux() ? EffectiveUser() : null;

    // Of linux/stat.h: the same on every processor.
    private const int StatusSize = 256;
    private const int EmptyPath = 0x1000;
    private const uint OwnerAndNames = 0x4 | 0x8;

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(
        SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, ref byte status);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc", EntryPoint = "openat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle OpenAt(
        SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags, uint mode);
}
