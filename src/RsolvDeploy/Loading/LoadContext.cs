using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace RsolvDeploy.Loading;

/// <summary>
/// The private load context of the module: the core and all its libraries live in it, so that another module's versions of the same
/// libraries never clash with ours.
/// </summary>
internal sealed class LoadContext : AssemblyLoadContext
{
    private const string Entry = "RsolvDeploy.Core";

    // One for the process: every session has to find the same types.
    private static readonly LoadContext Instance = new(Path.GetDirectoryName(typeof(LoadContext).Assembly.Location)!);

    private readonly string _folder;
    private int _attached;

    private LoadContext(string folder)
        : base("RsolvDeploy") => _folder = folder;

    /// <summary>Makes the default context ask this one for the core; whatever the core needs comes from here as well.</summary>
    public static void Attach()
    {
        if (Interlocked.Exchange(ref Instance._attached, 1) == 0) Default.Resolving += Instance.Resolve;
    }

    /// <summary>
    /// Finds an assembly among the module's own files; anything else (PowerShell, the framework) comes from the default context.
    /// </summary>
    /// <param name="assemblyName">The assembly that is asked for.</param>
    /// <returns>The assembly, or null for the default context to answer.</returns>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The folder is flat. AssemblyDependencyResolver finds the same files, but costs about 30 ms of every import.
        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <summary>Finds a native library among the module's own files.</summary>
    /// <param name="unmanagedDllName">The library that is asked for, such as libsodium.</param>
    /// <returns>The library, or zero for the operating system to answer.</returns>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        foreach (var platform in NativePlatform.Current)
        {
            if (NativeLibrary.TryLoad(platform.PathOf(_folder, unmanagedDllName), out var library)) return library;
        }

        return IntPtr.Zero;
    }

    // Only the core is asked for by an assembly of the default context: that of the cmdlets.
    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == Entry ? LoadFromAssemblyName(name) : null;
}
