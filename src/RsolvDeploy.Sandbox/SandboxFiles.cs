using System.Text;
using RsolvDeploy.Sandbox.GitHub;

namespace RsolvDeploy.Sandbox;

/// <summary>The files of a sandbox; only their owner may read them.</summary>
internal static class SandboxFiles
{
    public static void Write(SandboxServer sandbox, string authorityPem, string adminToken, string viewerToken)
    {
        WritePrivate(sandbox.KubeconfigPath, Kubeconfig(sandbox, authorityPem, adminToken, viewerToken));
        WritePrivate(sandbox.ConfigurationPath, Configuration(sandbox, sandbox.Services.PlatformAddress, ""));
        WritePrivate(Path.Combine(sandbox.Folder, "rehearsal.yaml"), Rehearsal(sandbox));
        WritePrivate(Path.Combine(sandbox.Folder, "github-token"), GitHubKeys.Token);
        WriteApp(Path.Combine(sandbox.Folder, "app"), "healthy");
        WriteApp(Path.Combine(sandbox.Folder, "app-broken"), "crashloop");
    }

    private static void WriteApp(string folder, string behavior)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        WritePrivate(
            Path.Combine(folder, "Dockerfile"),
            $"FROM scratch\nLABEL dev.rsolv.sandbox.behavior={behavior}\nCOPY release /app\nCMD [\"/app/bin/rsolv\", \"start\"]\n");
        WritePrivate(Path.Combine(folder, ".dockerignore"), "*.log\n");
        Directory.CreateDirectory(Path.Combine(folder, "release"));
        WritePrivate(Path.Combine(folder, "release", "VERSION"), $"{behavior} {Guid.NewGuid():N}\n");
    }

    private static string Kubeconfig(SandboxServer sandbox, string authorityPem, string adminToken, string viewerToken) =>
        $"""
        apiVersion: v1
        kind: Config
        current-context: sandbox
        clusters:
        - name: sandbox
          cluster:
            server: {sandbox.KubernetesAddress}
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))}
        users:
        - name: admin
          user:
            token: {adminToken}
        - name: viewer
          user:
            token: {viewerToken}
        contexts:
        - name: sandbox
          context:
            cluster: sandbox
            user: admin
            namespace: rsolv-production
        - name: sandbox-viewer
          context:
            cluster: sandbox
            user: viewer
            namespace: rsolv-production

        """;

    private static string Rehearsal(SandboxServer sandbox) =>
        Configuration(sandbox, sandbox.Services.SecurePlatformAddress!, RehearsalConfiguration.Create(sandbox.Folder));

    private static string Configuration(SandboxServer sandbox, Uri platform, string production) =>
        $$"""
        # The environments of the sandbox. All of its services listen on this machine only.
        version: 1
        defaults:
          kubeconfig: {{sandbox.KubeconfigPath}}
          context: sandbox
          deployment: rsolv-platform
          container: rsolv-platform
          image:
            repository: {{sandbox.Services.RegistryHost}}/{{SandboxSeed.Repository}}
            context: {{Path.Combine(sandbox.Folder, "app")}}
            maxSize: 1GB
            platforms: [linux/amd64]
            builder: tcp://{{sandbox.Services.Engine.Authority}}
          # A rehearsal is short: what crashes or lacks a key here does so for good.
          rollout:
            timeout: 30s
            stableFor: 1s
            patience:
              crashLoop: 0s
              initFailure: 0s
              configError: 0s
              imageNotFound: 0s
              quotaExceeded: 5s
              admissionRefused: 5s
              unschedulable: 5s
            startMarker: '(?i)promex'
            logErrors: ['\[error\]', 'CrashReport']
          health: { path: /health, under: 2s, samples: 10 }
          metricsEndpoint: { path: /metrics, under: 1s }
          # Pods of a rehearsal are seconds old.
          smoke: { settle: 0s, window: 1m }
          prometheus: { service: monitoring/prometheus-service:9090, job: rsolv-platform, maxScrapeAge: 15s }
          grafana:
            service: monitoring/grafana-service:3000
            credential: { secret: monitoring/grafana-admin, username: admin-user, password: admin-password }
            dashboard: rfc-060-validation
            environmentVariable: environment
          alertmanager: { service: monitoring/alertmanager-service:9093 }
          alerts: { groups: 'rfc_060*', count: 9, quiet: { rfc: '060' } }
          metrics:
            families: [rsolv_validation_*, rsolv_mitigation_*]
            labels: [repo, language, framework, environment]
            rises:
              - { id: validation, metric: rsolv_validation_executions_total, by: 1 }
              - { id: mitigation, metric: rsolv_mitigation_executions_total, by: 1 }
              - { id: trust-score, metric: rsolv_mitigation_trust_score_value_sum, by: 95 }
          migrations:
            status: [bin/rsolv, eval, 'Ecto.Migrator.migrations(Rsolv.Repo) |> IO.inspect(limit: :infinity)']
            run: [bin/rsolv, eval, 'Ecto.Migrator.run(Rsolv.Repo, :up, all: true)']
            timeout: 30s
          backup: { path: {{Path.Combine(sandbox.Folder, "backups")}} }
        targets:
          production:
            namespace: rsolv-production
            environment: production
            url: {{platform}}
            tags: ['production-{utc:yyyyMMdd-HHmmss}', 'production-{phase}', 'production-latest']
            announce: { before: true, after: true, folder: {{Path.Combine(sandbox.Folder, "announcements")}} }
            secrets:
              rsolv-secrets:
                DATABASE_URL: postgres-url
                SECRET_KEY_BASE: hex(64)
                ANTHROPIC_API_KEY: non-empty
                OPENAI_API_KEY: non-empty
                POSTMARK_API_KEY: non-empty
            testData:
              path: /api/v1/phases/store
              header: x-api-key
              key: { secret: rsolv-secrets, key: DEMO_API_KEY }
              repo: RSOLV-dev/test-repo
              issueNumber: 999
        {{production}}  staging:
            namespace: rsolv-staging
            environment: staging
            url: {{sandbox.Services.PlatformAddress}}
            tags: ['staging-{utc:yyyyMMdd-HHmmss}', 'staging-latest']
            prometheus: { url: {{sandbox.Services.StagingPrometheus}}, job: rsolv-platform, maxScrapeAge: 15s }
            github:
              apiUrl: {{sandbox.Services.GitHub}}
              repository: {{GitHubState.Owner}}/{{GitHubState.Name}}
              workflow: rsolv-staging-test.yml
              token: { env: RSOLV_SANDBOX_GITHUB_TOKEN }
              secret: { name: STAGING_API_KEY, from: { env: RSOLV_SANDBOX_STAGING_API_KEY } }
              pollInterval: 1s
              generate:
                action: RSOLV-dev/rsolv-action@v3
                with: { mode: full, executable_tests: true, claude_max_turns: 10, max_issues: 1 }
              tests:
                branch: rsolv/validate/*
                generated: 'Generated (\d+) tests'
                executed: 'Executed (\d+) tests'
              pullRequest: { branch: rsolv/fix/*, trustScore: 'Trust score: (\d+)', above: 80 }

        """;

    private static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, new UTF8Encoding(false), options);
        file.Write(text);
    }
}
