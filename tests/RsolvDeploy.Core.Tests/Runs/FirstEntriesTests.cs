using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>What a first step prepares in the background: nobody waits for it, so nobody else would see that it fails.</summary>
public sealed class FirstEntriesTests
{
    [Fact]
    public Task EntriesAreCompiledWithoutAnError() => FirstEntries.Begin();

    [Fact]
    public Task ABackupIsPreparedWithoutAnError() => FirstBackup.Begin();
}
