using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RsolvDeploy.Loading;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Module.Tests.Programs;

namespace RsolvDeploy.Module.Tests.Importing;

/// <summary>The native library of the module is loaded from the module's own folder, whatever the platform.</summary>
public sealed class NativeLibraryTests
{
    private const string Seal =
        "$ErrorActionPreference = 'Stop'; "
            + "$type = [RsolvDeploy.Rollout].Assembly.GetType('RsolvDeploy.Staging.GitHub.SealedBox'); "
            + "$key = 'CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='; "
            + "try { 'sealed ' + $type.GetMethod('Seal').Invoke($null, @('value', $key)).Length } "
            + "catch { $e = $_.Exception; while ($e.InnerException -and -not $e.Id) { $e = $e.InnerException }; "
            + "\"failed $($e.Id): $($e.Message)\" }; "
            + "(Get-Process -Id $PID).Modules.FileName.Where({ $_ -like '*sodium*' }); "
            + "$shared = [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Where({ $_.GetName().Name -like 'Sodium*' }); "
            + "\"shared $($shared.Count)\"";

    private static readonly string Folder = Path.Combine(Clone.Root, "module", "bin");

    [Fact]
    public async Task A_real_PowerShell_seals_with_the_library_of_the_module()
    {
        var (code, output) = await RealPowerShell.RunAsync(
            new Dictionary<string, string>(), "-Command", $"Import-Module '{Clone.Manifest}'; {Seal}");
        Assert.True(code == 0, output);
        Assert.Contains("sealed 72", output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(Folder, "runtimes"), output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("shared 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_library_the_error_names_it()
    {
        var folder = Directory.CreateTempSubdirectory("rsolv-native-");
        try
        {
            foreach (var file in (string[])[
                Clone.Manifest, .. Directory.GetFiles(Path.Combine(Clone.Root, "module")), .. Directory.GetFiles(Folder)])
            {
                var copy = new FileInfo(Path.Combine(folder.FullName, Path.GetRelativePath(Clone.Root, file)));
                copy.Directory!.Create();
                File.Copy(file, copy.FullName);
            }

            var (_, output) = await RealPowerShell.RunAsync(
                new Dictionary<string, string>(),
                "-Command",
                $"Import-Module '{Path.Combine(folder.FullName, "RsolvDeploy.psd1")}'; {Seal}");
            Assert.Contains("failed SealingUnavailable: The library libsodium", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("win", Architecture.X64, "win-x64", "runtimes/win-x64/native/libsodium.dll")]
    [InlineData("win", Architecture.Arm64, "win-arm64", "runtimes/win-arm64/native/libsodium.dll")]
    [InlineData("osx", Architecture.X64, "osx-x64", "runtimes/osx/native/libsodium.dylib")]
    [InlineData("osx", Architecture.Arm64, "osx-arm64", "runtimes/osx/native/libsodium.dylib")]
    [InlineData("linux", Architecture.X64, "linux-x64", "runtimes/linux-x64/native/libsodium.so")]
    [InlineData("linux", Architecture.X64, "debian.13-x64", "runtimes/linux-x64/native/libsodium.so")]
    [InlineData("linux", Architecture.Arm64, "linux-arm64", "runtimes/linux-arm64/native/libsodium.so")]
    [InlineData("linux", Architecture.X64, "linux-musl-x64", "runtimes/linux-musl-x64/native/libsodium.so")]
    [InlineData("linux", Architecture.X64, "alpine.3.23-x64", "runtimes/linux-musl-x64/native/libsodium.so")]
    public void Every_platform_of_PowerShell_finds_its_library(string system, Architecture processor, string runtime, string expected)
    {
        var path = NativePlatform.Of(system, processor, runtime)[0].PathOf(Folder, "libsodium");
        Assert.Equal(expected, Path.GetRelativePath(Folder, path).Replace('\\', '/'));
        AssertFor(system, processor, File.ReadAllBytes(path));
    }

    // The headers of PE, ELF and Mach-O say for which processor a library is compiled; that of macOS holds one for each.
    private static void AssertFor(string system, Architecture processor, ReadOnlySpan<byte> library)
    {
        var x64 = processor == Architecture.X64;
        if (system == "win")
        {
            var header = BinaryPrimitives.ReadInt32LittleEndian(library[0x3c..]);
            Assert.Equal(x64 ? 0x8664 : 0xaa64, BinaryPrimitives.ReadUInt16LittleEndian(library[(header + 4)..]));
        }
        else if (system == "linux")
        {
            Assert.Equal(x64 ? 62 : 183, BinaryPrimitives.ReadUInt16LittleEndian(library[18..]));
        }
        else
        {
            Assert.Equal(0xcafebabe, BinaryPrimitives.ReadUInt32BigEndian(library));
            uint[] processors = [BinaryPrimitives.ReadUInt32BigEndian(library[8..]), BinaryPrimitives.ReadUInt32BigEndian(library[28..])];
            Assert.Contains(x64 ? 0x01000007u : 0x0100000cu, processors);
        }
    }
}
