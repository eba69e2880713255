using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Module.Tests.Programs;

namespace RsolvDeploy.Module.Tests.Importing;

public class ImportTests
{
    private const string Exported = "(Get-Module RsolvDeploy).ExportedCmdlets.Keys";

    // As it is written: Test-ModuleManifest shows the lists with their wildcards resolved.
    private const string ReadManifest =
        "[System.Management.Automation.Language.Parser]::ParseFile($args[0], [ref] $null, [ref] $null)"
            + ".Find({ $args[0] -is [System.Management.Automation.Language.HashtableAst] }, $false).SafeGetValue()";

    [Fact]
    public void Import_exports_exactly_what_the_manifest_lists()
    {
        using var session = HostedSession.WithModule();
        var listed = session.Invoke("(Test-ModuleManifest -Path $args[0]).ExportedCmdlets.Keys", Clone.Manifest).ThrowOnError();
        var exported = session.Invoke(Exported).ThrowOnError();
        Assert.NotEmpty(listed.Output);
        Assert.Equal(Names(listed), Names(exported));
        Assert.Equal(Names(exported), Names(session.Invoke("(Get-Module RsolvDeploy).ExportedCommands.Keys").ThrowOnError()));
        Assert.Empty(session.Invoke("(Get-Module RsolvDeploy).ExportedVariables.Keys").ThrowOnError().Output);
    }

    // Nobody waits for it, so nobody else would see that it fails.
    [Fact]
    public async Task Import_prepares_a_connection_without_an_error()
    {
        using var session = HostedSession.WithModule();
        var type = "(Get-Command Get-RsolvTarget).ImplementingType.Assembly.GetType('RsolvDeploy.Loading.FirstConnection', $true)";
        var begin = session.Invoke($"{type}.GetMethod('Begin')").ThrowOnError().Output.Single().BaseObject;
        await Assert.IsAssignableFrom<Task>(Assert.IsAssignableFrom<MethodInfo>(begin).Invoke(null, null));
    }

    [Fact]
    public void The_manifest_lists_each_export_and_what_a_gallery_shows()
    {
        using var session = HostedSession.WithModule();
        var written = (Hashtable)session.Invoke(ReadManifest, Clone.Manifest).ThrowOnError().Output.Single().BaseObject;
        foreach (var none in new[] { "FunctionsToExport", "VariablesToExport", "AliasesToExport" })
            Assert.Empty(Assert.IsType<object[]>(written[none]));
        Assert.DoesNotContain((object[])written["CmdletsToExport"]!, name => WildcardPattern.ContainsWildcardCharacters((string)name));
        Assert.True(Version.TryParse((string?)written["ModuleVersion"], out _));
        Assert.True(Guid.TryParse((string?)written["GUID"], out var id) && id != Guid.Empty);
        foreach (var text in new[] { "Author", "CompanyName", "Copyright", "Description" }) Assert.NotEqual("", written[text] ?? "");
        var shown = (Hashtable)((Hashtable)written["PrivateData"]!)["PSData"]!;
        var tags = ((object[])shown["Tags"]!).Cast<string>().ToList();
        foreach (var needed in new[] { "PSEdition_Core", "Linux", "Windows", "MacOS" }) Assert.Contains(needed, tags);
        Assert.All(tags, tag => Assert.DoesNotContain(' ', tag));
        foreach (var address in new[] { "LicenseUri", "ProjectUri", "IconUri", "ReleaseNotes" })
            Assert.StartsWith("https://", (string?)shown[address], StringComparison.Ordinal);
    }

    [Fact]
    public void Import_a_second_time_and_by_force_exports_the_same()
    {
        using var session = HostedSession.WithModule();
        var first = Names(session.Invoke(Exported));
        session.Invoke("Import-Module -Name $args[0]", Clone.Manifest).ThrowOnError();
        Assert.Equal(first, Names(session.Invoke(Exported)));
        session.Invoke("Import-Module -Name $args[0] -Force", Clone.Manifest).ThrowOnError();
        Assert.Equal(first, Names(session.Invoke(Exported)));
        session.Invoke("Remove-Module RsolvDeploy; Import-Module -Name $args[0]", Clone.Manifest).ThrowOnError();
        Assert.Equal(first, Names(session.Invoke(Exported)));
    }

    [Fact]
    public async Task Import_in_two_sessions_at_once_serves_both()
    {
        var names = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            using var session = HostedSession.WithModule();
            return Names(session.Invoke(Exported));
        })));
        Assert.NotEmpty(names[0]);
        Assert.Equal(names[0], names[1]);
    }

    [Fact]
    public void Import_loads_only_the_cmdlets_into_the_default_context()
    {
        using var session = HostedSession.WithModule();
        session.Invoke("Get-RsolvTarget -ConfigurationPath $args[0]", Path.Combine(Clone.Root, "examples", "rsolv.yaml")).ThrowOnError();
        var ours = AssemblyLoadContext.All.Single(context => context.Name == "RsolvDeploy").Assemblies
            .Select(assembly => assembly.GetName().Name);
        var shared = AssemblyLoadContext.Default.Assemblies.Select(assembly => assembly.GetName().Name);
        Assert.Contains("RsolvDeploy.Core", ours);
        Assert.Contains("RsolvDeploy", shared);
        Assert.DoesNotContain("RsolvDeploy.Core", shared);
        Assert.DoesNotContain("KubernetesClient", shared);
    }

    [Fact]
    public void A_session_ends_with_its_module()
    {
        using var session = HostedSession.WithModule();
        var sandbox = session.Invoke("(Start-RsolvSandbox).ProcessId").ThrowOnError().Output.Single();
        using var process = Process.GetProcessById((int)sandbox.BaseObject);
        session.Invoke("Remove-Module RsolvDeploy").ThrowOnError();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Import_works_beside_other_versions_of_its_libraries()
    {
        var yaml = typeof(YamlDotNet.Core.Parser).Assembly;
        var json = AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName("Newtonsoft.Json"));
        using var session = HostedSession.WithModule();
        session.Invoke("Get-RsolvTarget -ConfigurationPath $args[0]", Path.Combine(Clone.Root, "examples", "rsolv.yaml")).ThrowOnError();
        var ours = AssemblyLoadContext.All.Single(context => context.Name == "RsolvDeploy").Assemblies
            .Single(assembly => assembly.GetName().Name == "YamlDotNet");
        Assert.Equal(16, yaml.GetName().Version!.Major);
        Assert.Equal(18, ours.GetName().Version!.Major);
        Assert.All([yaml, json], assembly => Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(assembly)));
    }

    // In a process of its own: in this one, PowerShell finds the assembly that is loaded already.
    [Fact]
    public async Task Import_of_a_clone_that_was_not_built_names_the_missing_file()
    {
        var folder = Directory.CreateTempSubdirectory("rsolv-unbuilt-");
        try
        {
            var manifest = Path.Combine(folder.FullName, "RsolvDeploy.psd1");
            File.Copy(Clone.Manifest, manifest);
            Directory.CreateDirectory(Path.Combine(folder.FullName, "module"));
            foreach (var name in new[] { "RsolvDeploy.Format.ps1xml", "RsolvDeploy.Types.ps1xml" })
                File.Copy(Path.Combine(Clone.Root, "module", name), Path.Combine(folder.FullName, "module", name));

            var (code, output) = await RealPowerShell.RunAsync(
                new Dictionary<string, string>(),
                "-Command",
                $"try {{ Import-Module '{manifest}' -ErrorAction Stop }} catch {{ [Console]::WriteLine($_.Exception.Message); exit 1 }}");
            Assert.Equal(1, code);
            Assert.Contains("module/bin/RsolvDeploy.dll", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<string> Names(Outcome outcome) =>
        [.. outcome.Output.Select(name => name.ToString()).Order(StringComparer.Ordinal)];
}
