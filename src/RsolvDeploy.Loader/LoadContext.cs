using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace RsolvDeploy.Loader;

/// <summary>
/// The private load context of the module: everything but this assembly lives in it, so that another module's
/// versions of the same libraries never clash with ours.
/// </summary>
public sealed class LoadContext : AssemblyLoadContext
{
    // One context for each folder the module is imported from: a second import has to find the same types.
    private static readonly ConcurrentDictionary<string, Lazy<Assembly>> Modules = new(StringComparer.Ordinal);

    private readonly string _folder;

    private LoadContext(string modulePath)
        : base("RsolvDeploy")
    {
        _folder = Path.GetDirectoryName(modulePath)!;
    }

    /// <summary>Loads the module's assembly with its own dependencies, once for each path.</summary>
    /// <param name="modulePath">Full path of <c>RsolvDeploy.dll</c>.</param>
    /// <returns>The assembly that holds the cmdlets.</returns>
    /// <exception cref="FileNotFoundException">The assembly is not there: the clone has not been built.</exception>
    public static Assembly LoadModule(string modulePath)
    {
        ArgumentNullException.ThrowIfNull(modulePath);
        return Modules.GetOrAdd(
            Path.GetFullPath(modulePath),
            static path => new Lazy<Assembly>(() => new LoadContext(path).LoadFromAssemblyPath(path))).Value;
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
}
