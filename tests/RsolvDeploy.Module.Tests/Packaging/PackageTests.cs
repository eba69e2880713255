using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Module.Tests.Programs;

namespace RsolvDeploy.Module.Tests.Packaging;

/// <summary>The package as a gallery serves it: signed, published to a folder, installed, loaded by its commands, rehearsed.</summary>
public sealed class PackageTests : IDisposable
{
    private const long MostBytes = 12_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rsolv-package-");

    private string Repository => Path.Combine(_folder.FullName, "repository");

    private string Installed => Path.Combine(_folder.FullName, "modules");

    [Fact]
    public async Task The_package_installs_from_a_repository_and_rehearses_the_checklist()
    {
        var certificate = Path.Combine(_folder.FullName, "signer.pfx");
        await File.WriteAllBytesAsync(certificate, CreateSigner(), TestContext.Current.CancellationToken);
        await RunAsync("-File", "build.ps1", "-Task", "Package", "-CertificatePath", certificate);
        var package = Assert.Single(Directory.GetFiles(Path.Combine(Clone.Root, "artifacts"), "RsolvDeploy.*.nupkg"));
        AssertContent(package);

        Directory.CreateDirectory(Repository);
        Directory.CreateDirectory(Installed);
        await RunAsync(
            "-Command",
            $"$ErrorActionPreference = 'Stop'; Register-PSResourceRepository -Name rehearsal -Uri '{Repository}' -Trusted; "
                + $"Publish-PSResource -NupkgPath '{package}' -Repository rehearsal; "
                + $"Save-PSResource RsolvDeploy -Repository rehearsal -Path '{Installed}'");

        var output = await RunAsync(
            "-Command",
            "$module = Get-Module RsolvDeploy -ListAvailable; $folder = Split-Path $module.Path; \"from $folder\"; "
                + "& \"$folder/examples/rehearsal.ps1\"; exit $LASTEXITCODE");
        Assert.Contains($"from {Installed}", output, StringComparison.Ordinal);
        Assert.Contains("rollback.completed", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void AssertContent(string package)
    {
        Assert.InRange(new FileInfo(package).Length, 1, MostBytes);
        using var archive = ZipFile.OpenRead(package);
        var files = archive.Entries.Select(entry => Uri.UnescapeDataString(entry.FullName)).ToList();
        foreach (var needed in new[]
        {
            "RsolvDeploy.psd1", "LICENSE", "README.md", "CHANGELOG.md", "rsolv.schema.json", "icon.png",
            "sbom.spdx.json", "THIRD-PARTY-NOTICES.md",
            "examples/rsolv.yaml", "examples/rehearsal.ps1",
            "module/RsolvDeploy.Types.ps1xml", "module/RsolvDeploy.Format.ps1xml", "module/verification/Verification.Tests.ps1",
            "module/bin/RsolvDeploy.dll", "module/bin/RsolvDeploy.Core.dll",
            "en-US/RsolvDeploy.dll-Help.xml", "module/bin/sandbox/RsolvDeploy.Sandbox.dll", ".signature.p7s",
        })
        {
            Assert.Contains(needed, files);
        }

        // What an earlier build left, what only a debugger needs, and a library that nothing of the module calls.
        Assert.DoesNotContain(files, file => Path.GetExtension(file) is ".pdb");
        Assert.DoesNotContain(files, file => file.Contains("BouncyCastle", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            [
                "linux-arm64/native/libsodium.so", "linux-musl-x64/native/libsodium.so",
                "linux-x64/native/libsodium.so", "osx/native/libsodium.dylib", "win-arm64/native/libsodium.dll",
                "win-x64/native/libsodium.dll",
            ],
            files.Where(file => file.Contains("/runtimes/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                .Select(file => file["module/bin/runtimes/".Length..]));
        Assert.DoesNotContain("module/bin/RsolvDeploy.Loader.dll", files);
        Assert.DoesNotContain("module/bin/sandbox/RsolvDeploy.Sandbox", files);
        Assert.DoesNotContain(files, file => file.Contains("staticwebassets", StringComparison.Ordinal));
        AssertCompiledAhead(archive);
        AssertInventory(archive);
    }

    // The methods of the first commands are compiled, and not the whole assembly, which would be more than twice as large.
    private static void AssertCompiledAhead(ZipArchive archive)
    {
        foreach (var name in new[] { "RsolvDeploy.dll", "RsolvDeploy.Core.dll" })
        {
            using var image = new PEReader(new MemoryStream(Read(archive, $"module/bin/{name}")));
            Assert.NotEqual(0, image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
        }

        var core = archive.GetEntry("module/bin/RsolvDeploy.Core.dll")!.Length;
        var source = new FileInfo(Path.Combine(Clone.Root, "src/RsolvDeploy.Core/bin/Release/net8.0/RsolvDeploy.Core.dll")).Length;
        Assert.InRange((double)core / source, 1.1, 1.8);
    }

    // Each library of others is in the notices and, with its hash, version and license, in the bill of materials.
    private static void AssertInventory(ZipArchive archive)
    {
        var sbom = JsonNode.Parse(Read(archive, "sbom.spdx.json"))!;
        Assert.Equal("SPDX-2.3", (string?)sbom["spdxVersion"]);
        var notices = Encoding.UTF8.GetString(Read(archive, "THIRD-PARTY-NOTICES.md"));
        var hashes = sbom["files"]!.AsArray().ToDictionary(
            file => (string)file!["fileName"]!,
            file => (Id: (string)file!["SPDXID"]!, Sha256: (string)file["checksums"]![1]!["checksumValue"]!));
        var owners = sbom["relationships"]!.AsArray().Where(one => (string?)one!["relationshipType"] == "CONTAINS")
            .ToDictionary(one => (string)one!["relatedSpdxElement"]!, one => (string)one!["spdxElementId"]!);
        var packages = sbom["packages"]!.AsArray().ToDictionary(one => (string)one!["SPDXID"]!);
        var libraries = archive.Entries.Where(entry => Path.GetExtension(entry.Name) is ".dll" or ".so" or ".dylib").ToList();
        Assert.Contains(libraries, library => library.Name == "libsodium.so");
        foreach (var library in libraries)
        {
            var name = Uri.UnescapeDataString(library.FullName);
            var (id, hash) = hashes[$"./{name}"];
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Read(archive, library.FullName))), hash);
            var package = packages[owners[id]]!;
            var isOurs = library.Name.StartsWith("RsolvDeploy", StringComparison.Ordinal);
            Assert.Equal(isOurs, (string?)package["name"] == "RsolvDeploy");
            Assert.Matches("^[A-Za-z0-9.-]+$", (string?)package["licenseDeclared"]);
            Assert.NotEqual("NOASSERTION", (string?)package["licenseDeclared"]);
            if (isOurs) continue;
            Assert.Matches("^[0-9a-f]{128}$", (string?)package["checksums"]![0]!["checksumValue"]);
            Assert.Contains($"## {package["name"]} {package["versionInfo"]}\n", notices, StringComparison.Ordinal);
            Assert.Contains($"`{name}`", notices, StringComparison.Ordinal);
        }
    }

    private static byte[] Read(ZipArchive archive, string name)
    {
        using var content = archive.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output) = await RealPowerShell.RunAsync(
            new Dictionary<string, string>
            {
                ["XDG_DATA_HOME"] = Path.Combine(_folder.FullName, "data"),
                ["PSModulePath"] = Installed,
            },
            arguments);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(code == 0, output);
        return output;
    }

    private static byte[] CreateSigner()
    {
        using var key = RSA.Create(3072);
        var request = new CertificateRequest("CN=RsolvDeploy test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.3")], critical: true));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        return certificate.Export(X509ContentType.Pfx);
    }
}
