using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Configuration.Values;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>The forms of text that the configuration knows.</summary>
internal static partial class TextFormats
{
    private const string Label = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private const string PortNumber = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

    /// <summary>A path, made full against the configuration file's folder.</summary>
    public static readonly TextFormat Path = new("path", "a path", @"^[^\u0000-\u001f]+$", "~/dev/rsolv")
    {
        Convert = (text, context) => FilePath.Resolve(text, context.Folder, context.Home),
    };

    public static readonly TextFormat RelativePath = new(
        "relative path or glob",
        "a path or glob relative to the source tree, with / between folders",
        @"^[^/~\\\u0000-\u001f][^\\\u0000-\u001f]*$",
        "config/runtime.exs");

    public static readonly TextFormat DockerfilePath = new(
        "path", "a path relative to the context, or an absolute one", @"^[^~\\\u0000-\u001f][^\\\u0000-\u001f]*$", "Dockerfile");

    public static readonly TextFormat BuildContext = new(
        "path or URL", "a folder, or a URL such as docker-image://alpine:3.22", @"^[^\u0000-\u001f]+$", "../shared")
    {
        Convert = (text, context) =>
            text.Contains("://", StringComparison.Ordinal) ? text : FilePath.Resolve(text, context.Folder, context.Home),
    };

    public static readonly TextFormat KubernetesName = new(
        "Kubernetes name", "a Kubernetes name (lower-case letters, digits, - and .)", $@"^{Label}(\.{Label})*$", "rsolv-platform");

    public static readonly TextFormat KubernetesLabel = new(
        "Kubernetes label", "a Kubernetes label (at most 63 lower-case letters, digits and -)", $"^{Label}$", "rsolv-production");

    public static readonly TextFormat WorkloadKind = new(
        "kind of workload",
        "Deployment, StatefulSet, DaemonSet or CronJob",
        "^(Deployment|StatefulSet|DaemonSet|CronJob)$",
        "StatefulSet");

    public static readonly TextFormat RolloutOrder = new(
        "sequential or parallel", "sequential or parallel", "^(sequential|parallel)$", "parallel");

    public static readonly TextFormat SecretName = new(
        "name or namespace/name",
        "the name of a Secret, or namespace/name",
        $@"^({Label}/)?{Label}(\.{Label})*$",
        "monitoring/grafana-admin");

    public static readonly TextFormat SecretKey = new(
        "key of a Secret", "a key of a Secret (letters, digits, -, _ and .)", "^[-._a-zA-Z0-9]{1,253}$", "DEMO_API_KEY");

    public static readonly TextFormat FieldManager = new(
        "tool or field manager", "the name of a tool or field manager", @"^[^\s/]{1,128}$", "argocd");

    public static readonly TextFormat OwnershipAction = new(
        "ignore, warn or fail", "ignore, warn or fail", "^(ignore|warn|fail)$", "warn")
    {
        Convert = (text, _) => Enum.Parse<OwnershipAction>(text, ignoreCase: true),
    };

    public static readonly TextFormat SecretKind = new(
        "kind of value",
        "a kind of value (non-empty, url, postgres-url, redis-url, hex(n), length(n), base64, base64(n) or pattern(regex)), "
            + "never the value itself",
        @"^(non-empty|url|postgres-url|redis-url|base64|(hex|length|base64)\([1-9][0-9]{0,3}\)|pattern\([^\n]+\))$", "hex(64)")
    {
        Convert = (text, _) =>
            !text.StartsWith("pattern(", StringComparison.Ordinal) || PatternTrial.Succeeds(text["pattern(".Length..^1]) ? text : null,
    };

    public static readonly TextFormat Service = new(
        "namespace/name:port",
        "a service of the cluster, namespace/name:port",
        $"^{Label}/{Label}:{PortNumber}$",
        "monitoring/prometheus-service:9090")
    {
        Convert = (text, _) => ServiceOf(text),
    };

    public static readonly TextFormat Url = new(
        "URL",
        "an http:// or https:// address",
        @"^https?://([A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?([/?#][^\s]*)?$",
        "https://rsolv.dev")
    {
        Convert = (text, _) => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null,
    };

    public static readonly TextFormat UrlPath = new("URL path", "a path that begins with /", @"^/[^\s?#]*$", "/health");

    public static readonly TextFormat ImageRepository = new(
        "image repository", "registry host and repository, in lower case, without tag or digest",
        @"^[a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+$", "ghcr.io/rsolv-dev/rsolv-platform");

    public static readonly TextFormat ImageName = new(
        "image name", "an image: registry host, repository and, where wanted, a tag",
        @"^[a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$",
        "ghcr.io/rsolv-dev/rsolv-platform:buildcache");

    public static readonly TextFormat Name = new(
        "name", "a name of letters, digits, -, _ and .", "^[A-Za-z0-9][-._a-zA-Z0-9]{0,127}$", "npm-token");

    public static readonly TextFormat Provenance = new("min or max", "min or max", "^(min|max)$", "min");

    public static readonly TextFormat Platform = new(
        "os/architecture", "a platform, os/architecture or os/architecture/variant", "^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?$", "linux/amd64");

    public static readonly TextFormat DockerHost = new(
        "Docker host", "a Docker host: unix://, tcp://, npipe://, ssh://, http(s):// or a bare host",
        @"^((unix|npipe|tcp|ssh|https?)://[^\s]+|[A-Za-z0-9._-]+(:[0-9]{1,5})?)$", "tcp://build.example.org:2376");

    public static readonly TextFormat Tag = new(
        "tag template", "a tag of letters, digits, _, . and -, with {utc:format}, {phase} or {gitsha}",
        @"^([A-Za-z0-9_]|\{utc:[A-Za-z0-9_.-]+\}|\{phase\}|\{gitsha\})([A-Za-z0-9_.-]|\{utc:[A-Za-z0-9_.-]+\}|\{phase\}|\{gitsha\})*$",
        "production-{utc:yyyyMMdd-HHmmss}")
    {
        Convert = (text, _) => HasRightDates(text) ? text : null,
    };

    public static readonly TextFormat EnvironmentVariable = new(
        "environment variable", "the name of an environment variable", "^[A-Za-z_][A-Za-z0-9_]*$", "RSOLV_SLACK_WEBHOOK");

    public static readonly TextFormat GitHubRepository = new(
        "owner/name",
        "a GitHub repository, owner/name",
        "^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$",
        "RSOLV-dev/nodegoat-vulnerability-demo");

    public static readonly TextFormat WorkflowFile = new(
        "workflow file", "the name of a workflow file, .yml or .yaml", @"^[A-Za-z0-9._-]+\.ya?ml$", "rsolv-staging-test.yml");

    public static readonly TextFormat WorkflowAction = new(
        "owner/name@ref", "an action of GitHub with its version, owner/name@ref", @"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+@[A-Za-z0-9._/-]+$",
        "RSOLV-dev/rsolv-action@v3");

    public static readonly TextFormat GitRef = new("branch or tag", "a branch or tag", @"^[^\s~^:?*\[\\-][^\s~^:?*\[\\]{0,243}$", "main");

    public static readonly TextFormat ScrapeProtocol = new(
        "scrape protocol",
        "a scrape protocol of Prometheus (PrometheusText0.0.4, PrometheusText1.0.0, OpenMetricsText0.0.1 or OpenMetricsText1.0.0)",
        @"^(PrometheusText(0\.0\.4|1\.0\.0)|OpenMetricsText(0\.0\.1|1\.0\.0))$",
        "PrometheusText0.0.4");

    public static readonly TextFormat MetricName = new(
        "metric name", "a Prometheus metric name", "^[a-zA-Z_:][a-zA-Z0-9_:]*$", "rsolv_validation_executions_total");

    public static readonly TextFormat MetricGlob = new(
        "metric name or glob", "a Prometheus metric name, or a glob with * and ?", "^[a-zA-Z_:*?][a-zA-Z0-9_:*?]*$", "rsolv_validation_*");

    public static readonly TextFormat LabelName = new("label name", "a Prometheus label name", "^[a-zA-Z_][a-zA-Z0-9_]*$", "environment");

    public static readonly TextFormat JsonPath = new(
        "JSON path",
        "a JSON path such as $.database, $.checks[0].status or $.checks[?@.name == 'redis'].status",
        @"^\$[^\u0000-\u001f]*$",
        "$.database")
    {
        Convert = (text, _) => Json.Paths.JsonPath.IsValid(text) ? text : null,
    };

    public static readonly TextFormat RegularExpression = new(
        ".NET regular expression",
        "a regular expression as .NET reads it, which ends on every long line within a second",
        @"^[\s\S]+$", "(?i)promex")
    {
        Convert = (text, _) => PatternTrial.Succeeds(text) ? text : null,
    };

    public static readonly TextFormat BackupKind = new(
        "kind, kind.group or kind.group:selector",
        "a kind as kubectl names it in the plural, with its group, and a label selector behind a colon if need be (services, "
            + "cronjobs.batch, widgets.example.com:app=web)",
        $@"^{Label}(\.{Label})*(:[^\u0000-\u001f]{{1,1000}})?$", "widgets.example.com:app=web");

    /// <summary>A certificate: a file, made full against the configuration file's folder, or one of the user's certificate store.</summary>
    public static readonly TextFormat Recipient = new(
        "path or store:thumbprint",
        "a path, or store: and the thumbprint of a certificate in your certificate store",
        @"^[^\u0000-\u001f]+$",
        "~/.rsolv/backup.pem")
    {
        Convert = (text, context) =>
            text.StartsWith("store:", StringComparison.Ordinal) ? text : FilePath.Resolve(text, context.Folder, context.Home),
    };

    public static readonly TextFormat HostAndPort = new(
        "host or host:port", "a host, or host:port", @"^([A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?$", "api.example.org:6443");

    public static readonly TextFormat EmailAddress = new(
        "e-mail address", "an e-mail address", @"^[^@\s<>,;""\u0000-\u001f]{1,64}@[A-Za-z0-9._-]{1,253}$", "ops@example.org");

    public static readonly TextFormat MailSecurity = new("starttls, tls or none", "starttls, tls or none", "^(starttls|tls|none)$", "tls");

    public static readonly TextFormat Uid = new(
        "uid",
        "a uid such as kubectl get namespace kube-system -o jsonpath={.metadata.uid} shows",
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "2f1c9d1e-4b3a-4c5d-8e6f-0a1b2c3d4e5f");

    public static readonly TextFormat HeaderName = new(
        "header name", "the name of an HTTP header", "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", "x-api-key");

    private static ServiceAddress ServiceOf(string text)
    {
        var parts = text.Split('/', ':');
        return new ServiceAddress(parts[0], parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    private static bool HasRightDates(string text)
    {
        foreach (Match match in DatePlaceholder().Matches(text))
        {
            try
            {
                // A single letter would be one of the standard formats, which hold spaces and colons.
                if (match.Groups[1].Length < 2) return false;
                _ = DateTimeOffset.UnixEpoch.ToString(match.Groups[1].Value, CultureInfo.InvariantCulture);
            }
            catch (FormatException)
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"\{utc:([^}]*)\}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DatePlaceholder();
}
