using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>The assemblies of <c>src</c> as they were built with these tests.</summary>
internal static class Assemblies
{
    // …/bin/<configuration>/<framework>/
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string Core { get; } = Path.Combine(Clone.Root, "module", "bin", "RsolvDeploy.Core.dll");

    public static string Module { get; } = Path.Combine(Clone.Root, "module", "bin", "RsolvDeploy.dll");

    public static IReadOnlyList<string> All { get; } =
    [
        Core,
        Module,
        Path.Combine(Clone.Root, "module", "bin", "sandbox", "RsolvDeploy.Sandbox.dll"),
        Path.Combine(Clone.Root, "src", "RsolvDeploy.Host", "bin", Configuration, "net10.0", "RsolvDeploy.Host.dll"),
        Path.Combine(Clone.Root, "src", "RsolvDeploy.Help", "bin", Configuration, "net10.0", "RsolvDeploy.Help.dll"),
    ];

    /// <summary>What <paramref name="read"/> makes of an assembly's metadata.</summary>
    public static T Read<T>(string path, Func<MetadataReader, T> read)
    {
        using var file = new PEReader(File.OpenRead(path));
        return read(file.GetMetadataReader());
    }
}
