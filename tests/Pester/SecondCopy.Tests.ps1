# A second copy of the module in one session.
Describe 'The module' {
    # As about_RsolvDeploy_Troubleshooting documents it.
    It 'is one copy in a session: a second one is refused, and takes the place of the first after Remove-Module' {
        $root = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)
        $null = New-Item "$TestDrive/copy/module/bin" -ItemType Directory
        Copy-Item "$root/RsolvDeploy.psd1" "$TestDrive/copy"
        Copy-Item "$root/module/*.ps1xml" "$TestDrive/copy/module"
        Copy-Item "$root/module/bin/RsolvDeploy.dll" "$TestDrive/copy/module/bin"
        $script = @'
            $first, $second = {0}
            $file = 'module/bin/RsolvDeploy.dll'
            Import-Module "$first/RsolvDeploy.psd1"
            try {{ Import-Module "$second/RsolvDeploy.psd1" -ErrorAction Stop }} catch {{ $refused = "$_" }}
            $refused -match 'The member SerializationDepth is already present'
            (Get-Module RsolvDeploy).Path -eq (Join-Path $first $file)
            (Get-RsolvTarget -ConfigurationPath "$first/examples/rsolv.yaml").Name -contains 'production'
            Remove-Module RsolvDeploy
            $null -eq (Get-TypeData RsolvDeploy.Target)
            Import-Module "$second/RsolvDeploy.psd1" -ErrorAction Stop
            (Get-Module RsolvDeploy).Path -eq (Join-Path $second $file)
            $null -ne (Get-TypeData RsolvDeploy.Target)
            # The code stays that of the first copy: another build needs a new session.
            (Get-Command Get-RsolvTarget).ImplementingType.Assembly.Location -eq (Join-Path $first $file)
'@ -f "'$root', '$TestDrive/copy'"
        Push-Location -LiteralPath $root
        try { dotnet pwsh -NoProfile -NonInteractive -Command $script | Should -Be @(@('True') * 7) }
        finally { Pop-Location }
        $troubleshooting = (Get-Content "$root/docs/en-US/about_RsolvDeploy_Troubleshooting.help.txt" -Raw) -replace '\s+', ' '
        $troubleshooting | Should -Match 'The member SerializationDepth is already present'
        $troubleshooting | Should -Match 'Remove-Module RsolvDeploy'
    }
}
