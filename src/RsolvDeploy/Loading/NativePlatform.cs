using System.Runtime.InteropServices;

namespace RsolvDeploy.Loading;

/// <summary>A platform that native libraries are compiled for.</summary>
/// <param name="Name">Its folder below <c>runtimes</c>, such as linux-x64.</param>
/// <param name="Extension">The extension of its libraries, with the dot.</param>
internal sealed record NativePlatform(string Name, string Extension)
{
    /// <summary>The platforms whose libraries this process may load, the likely one first.</summary>
    public static IReadOnlyList<NativePlatform> Current => Of(
        OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux",
        RuntimeInformation.ProcessArchitecture,
        RuntimeInformation.RuntimeIdentifier);

    /// <summary>The platforms whose libraries a process may load, the likely one first.</summary>
    /// <param name="system">win, osx or linux.</param>
    /// <param name="processor">The processor that the process is compiled for.</param>
    /// <param name="runtime">What the runtime calls its platform.</param>
    public static IReadOnlyList<NativePlatform> Of(string system, Architecture processor, string runtime)
    {
        var suffix = processor.ToString().ToLowerInvariant();
        if (system == "win") return [new NativePlatform($"win-{suffix}", ".dll")];
        if (system == "osx") return [new NativePlatform("osx", ".dylib")];
        // A runtime names musl or Alpine; one that a distribution built names that distribution. A library of the other kind does not load.
        NativePlatform[] both = [new($"linux-{suffix}", ".so"), new($"linux-musl-{suffix}", ".so")];
        return runtime.Contains("musl", StringComparison.Ordinal) || runtime.Contains("alpine", StringComparison.Ordinal)
            ? [both[1], both[0]]
            : both;
    }

    /// <summary>Where a library for this platform lies.</summary>
    /// <param name="folder">The folder of the assemblies.</param>
    /// <param name="library">Its name, without an extension.</param>
    public string PathOf(string folder, string library) => Path.Combine(folder, "runtimes", Name, "native", library + Extension);
}
