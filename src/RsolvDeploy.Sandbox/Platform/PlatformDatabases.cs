using System.Collections.Concurrent;

namespace RsolvDeploy.Sandbox.Platform;

/// <summary>The databases behind the platform, one for each namespace.</summary>
internal sealed class PlatformDatabases
{
    private readonly ConcurrentDictionary<string, PlatformDatabase> _all = new();

    public PlatformDatabase For(string ns) => _all.GetOrAdd(ns, _ => new PlatformDatabase());
}
