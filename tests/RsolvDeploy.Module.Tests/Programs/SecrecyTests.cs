using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>
/// No value of a Secret occurs in anything that backup, compare and restore print or leave: neither as text nor in base64.
/// </summary>
public sealed class SecrecyTests : IAsyncLifetime
{
    private const string Passphrase = "sbxsecret-passphrase";

    private SandboxedSession _session = null!;
    private ObservedProgram _program = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _session = await SandboxedSession.StartAsync();
        _program = new ObservedProgram(_session.Sandbox, Passphrase);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        _program.Dispose();
    }

    [Fact]
    public async Task A_known_value_occurs_nowhere()
    {
        Put("applied", "sbxsecret-applied", secret => secret["metadata"]!["annotations"] = new JsonObject
        {
            ["kubectl.kubernetes.io/last-applied-configuration"] = """{"stringData":{"PASSWORD":"sbxsecret-in-annotation"}}""",
        });
        Put("fixed", "sbxsecret-fixed", secret => secret["immutable"] = true);
        Put("typed", "sbxsecret-typed", secret => secret["type"] = "example.com/one");
        Put("lines", "-----BEGIN PRIVATE KEY-----\nsbxsecret-lines\n-----END PRIVATE KEY-----\n");
        Put("deleted", "sbxsecret-deleted");
        var printed = await _program.RunAsync("""
            Backup-RsolvState production @at -WhatIf | Show
            Backup-RsolvState production @at | Show
            Backup-RsolvState production @at -EncryptAll -Passphrase ([System.Net.NetworkCredential]::new('', $env:RSOLV_TEST_PHRASE).SecurePassword) -Confirm:$false | Show
            """, Ct);

        Put("applied", "sbxsecret-changed", secret => secret["metadata"]!["annotations"] = new JsonObject { ["by"] = "hand" });
        Replace("fixed", "sbxsecret-fixed-anew", secret => secret["immutable"] = true);
        Replace("typed", "sbxsecret-typed", secret => secret["type"] = "example.com/two");
        Put("lines", "sbxsecret-other-lines");
        Put("added", "sbxsecret-added");
        _session.Sandbox.Objects.Delete(KindInfo.Secrets, _session.Sandbox.Namespace, "deleted");
        printed += await _program.RunAsync("""
            $all = Get-RsolvBackup production @at -Verify; $all | Show
            $first = $all[-1].Path
            Compare-RsolvState production $first @at -IncludeEqual | Show
            Compare-RsolvState production $first @at -ReferencePath $all[0].Path | Show
            Restore-RsolvState production $all[0].Path @at -Passphrase ([System.Net.NetworkCredential]::new('', 'wrong').SecurePassword) -Confirm:$false | Show
            Restore-RsolvState production $first @at -Prune -Recreate -WhatIf | Show
            Restore-RsolvState production $first @at -Confirm:$false | Show
            Restore-RsolvState production $first @at -Prune -Recreate -Confirm:$false | Show
            Compare-RsolvState production $first @at | Show
            Remove-RsolvBackup production @at -Keep 5 -Confirm:$false | Show
            Show-Errors
            """, Ct);

        // It ran, printed what it did, and failed where it had to.
        foreach (var shown in new[] { "Secret", "applied", "(secret, ", "-Recreate", "Recreated", "Pruned", "DecryptionFailed", "<Objs" })
            Assert.Contains(shown, printed, StringComparison.Ordinal);
        Assert.NotEmpty(
            Directory.EnumerateFiles(_program.Runs, "ledger.jsonl", SearchOption.AllDirectories));
        Assert.True(_program.Texts(printed).Count() > 16); // two backups with what proves them, the keys and the ledgers
        Assert.All(
            _program.Texts(printed),
            text => Assert.DoesNotContain(Known(), value => text.Text.Contains(value, StringComparison.OrdinalIgnoreCase)));
    }

    // Each value as text and in base64; a part of either is enough to find it.
    private static IEnumerable<string> Known() =>
    [
        "sbxsecret",
        .. new[] { "sbxsecret", Passphrase, "-----BEGIN PRIVATE KEY-----\nsbxsecret-lines" }
            .Select(value => Convert.ToBase64String(Encoding.UTF8.GetBytes(value))[..11]),
    ];

    private void Put(string name, string value, Action<JsonObject>? change = null)
    {
        var sandbox = _session.Sandbox;
        var manifest = new SecretManifest(name) { Text = { ["KEY"] = value } }.ToJson();
        if (sandbox.Objects.Find(KindInfo.Secrets, sandbox.Namespace, name) is null)
        {
            change?.Invoke(manifest); // the type is set at creation: later it is immutable
            sandbox.Objects.Create(KindInfo.Secrets, sandbox.Namespace, manifest);
            return;
        }
        sandbox.Change(KindInfo.Secrets, name, secret =>
        {
            secret["data"] = manifest["data"]!.DeepClone();
            change?.Invoke(secret);
        });
    }

    private void Replace(string name, string value, Action<JsonObject> change)
    {
        _session.Sandbox.Objects.Delete(KindInfo.Secrets, _session.Sandbox.Namespace, name);
        Put(name, value, change);
    }
}
