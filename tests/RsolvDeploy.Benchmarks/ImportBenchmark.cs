namespace RsolvDeploy.Benchmarks;

/// <summary>A PowerShell that imports the module, against a bare one. Both are the tool of the manifest.</summary>
internal static class ImportBenchmark
{
    public static Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var manifest = Path.Combine(Clone.Root, "RsolvDeploy.psd1");
        return Task.FromResult<IReadOnlyList<Candidate>>(
        [
            new("a bare pwsh", () => ChildProgram.RunAsync("dotnet", "pwsh", "-NoProfile", "-NonInteractive", "-Command", "1")),
            new(
                "pwsh with Import-Module RsolvDeploy",
                () => ChildProgram.RunAsync(
                    "dotnet", "pwsh", "-NoProfile", "-NonInteractive", "-Command", $"Import-Module '{manifest}'")),
        ]);
    }
}
