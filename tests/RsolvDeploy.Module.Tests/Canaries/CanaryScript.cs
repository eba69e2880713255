using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>A script that runs cases with all streams on, and prints everything that is in them.</summary>
internal static partial class CanaryScript
{
    // Each case is a shell of its own, so that all its streams can be read, progress included.
    private const string Prologue = """
        Import-Module ./RsolvDeploy.psd1
        $VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = $ProgressPreference = 'Continue'
        $at = @{ ConfigurationPath = $env:RSOLV_TEST_CONFIG }
        $passphrase = [System.Net.NetworkCredential]::new('', $env:RSOLV_TEST_PHRASE).SecurePassword
        $login = [pscredential]::new('operator', [System.Net.NetworkCredential]::new('', $env:RSOLV_CANARY_LOGIN).SecurePassword)
        function Show($depth = 3) {
            process {
                $_ | Out-String -Width 200
                [System.Management.Automation.PSSerializer]::Serialize($_, $depth)
                ConvertTo-Json $_ -Depth $depth -WarningAction SilentlyContinue
            }
        }
        function Show-Error {
            process {
                $_.FullyQualifiedErrorId
                $_, $_.Exception | Show 1
                [System.Management.Automation.PSSerializer]::Serialize($_.TargetObject, 3)
                for ($inner = $_.Exception; $inner; $inner = $inner.InnerException) { $inner.ToString(); $inner.Data | Out-String }
            }
        }
        function Invoke-Case($name, $script) {
            $shell = [powershell]::Create('CurrentRunspace').AddScript($script)
            $began = [datetime]::Now
            try { $results = @($shell.Invoke()) } catch { $results = @(); $ended = $_.Exception.InnerException.ErrorRecord ?? $_ }
            $errors = @($shell.Streams.Error) + @($ended | Where-Object { $_ })
            $bad = @($results | Where-Object { "$($_.Status)$($_.IsValid)" -match 'Failed|TimedOut|False|NotReady' })
            "#### $name $($results.Count) $($errors.Count) $($bad.Count) $([int]([datetime]::Now - $began).TotalMilliseconds) ms"
            $results | Show
            $errors | Show-Error
            $streams = $shell.Streams
            $streams.Warning + $streams.Verbose + $streams.Debug + $streams.Information | ForEach-Object { "$_" }
            $streams.Progress | ForEach-Object { $_.Activity; $_.StatusDescription; $_.CurrentOperation } | Select-Object -Unique
        }
        function Invoke-WhatIf($name, $script) {
            if (-not (Get-Command $name).Parameters.ContainsKey('WhatIf')) { return }
            $global:WhatIfPreference = $true
            Invoke-Case "$name-WhatIf" $script
            $global:WhatIfPreference = $false
        }
        '#### exported 0 0 0 0 ms'; (Get-Command -Module RsolvDeploy).Name

        """;

    /// <summary>The script.</summary>
    /// <param name="cases">The name and the script of each case.</param>
    /// <param name="withWhatIf">Whether each runs with <c>-WhatIf</c> first, where it has that.</param>
    public static string Create(IEnumerable<(string Command, string Script)> cases, bool withWhatIf)
    {
        var script = new StringBuilder(Prologue);
        foreach (var (command, text) in cases)
        {
            var quoted = $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
            if (withWhatIf) script.AppendLine($"Invoke-WhatIf {command} {quoted}");
            script.AppendLine($"Invoke-Case {command} {quoted}");
        }

        return script.ToString();
    }

    /// <summary>What each case printed; what precedes the first one is the host's.</summary>
    public static IReadOnlyList<CanaryReport> Read(string printed)
    {
        var headings = Heading().Matches(printed);
        return
        [
            .. headings.Select((heading, index) => new CanaryReport(
                heading.Groups["name"].Value,
                int.Parse(heading.Groups["results"].ValueSpan, null),
                int.Parse(heading.Groups["errors"].ValueSpan, null),
                int.Parse(heading.Groups["bad"].ValueSpan, null),
                printed[heading.Index..(index + 1 < headings.Count ? headings[index + 1].Index : printed.Length)])),
        ];
    }

    [GeneratedRegex(@"^#### (?<name>\S+) (?<results>\d+) (?<errors>\d+) (?<bad>\d+) \d+ ms", RegexOptions.Multiline, 10_000)]
    private static partial Regex Heading();
}
