using RsolvDeploy.Sandbox.SourceTree;

namespace RsolvDeploy.Sandbox;

/// <summary>
/// What a rehearsal has beside the configuration of a sandbox: a platform over TLS, a source tree, review rules and triggers.
/// </summary>
internal static class RehearsalConfiguration
{
    private const string Always =
        """
            health: { tlsDaysLeft: 1, credential: { secret: monitoring/platform-authority, certificateAuthority: ca.crt } }
            metricsEndpoint: { credential: { secret: monitoring/platform-authority, certificateAuthority: ca.crt } }
            triggers:
              crashLoop: { longerThan: 1s }
              errorRate:
                query: 'sum(rate(http_requests_total{status=~"5.."}[1m])) / sum(rate(http_requests_total[1m]))'
                above: 0.05
                every: 1s
              health: { failures: 2, every: 1s }
              metrics: { failures: 2, every: 1s }
              database: { json: $.database, not: ok }

        """;

    private const string Review =
        """
            review:
              - { id: runtime-monitoring, file: config/runtime.exs, contains: 'config :rsolv, Rsolv.PromEx' }
              - { id: supervision-tree, file: lib/rsolv/application.ex, contains: 'Rsolv.PromEx' }
              - { id: validation-plugin, file: lib/rsolv/prom_ex/validation_plugin.ex, exists: true }
              - { id: metrics-route, file: lib/rsolv_web/router.ex, matches: 'get\s+"/metrics"' }
              - { id: no-staging, file: 'config/**/prod*.exs', lacks: rsolv-staging.com }

        """;

    /// <summary>The settings of production, with the source tree that they name. Without git there is no source tree.</summary>
    public static string Create(string folder) => PlatformSource.CanBeRead
        ? $"    source: {{ path: {PlatformSource.Write(folder)}, remote: origin, branch: main }}\n{Review}{Always}"
        : Always;
}
