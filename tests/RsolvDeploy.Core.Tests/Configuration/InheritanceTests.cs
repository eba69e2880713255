using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>
/// Targets inherit from the defaults and from each other; what looks up the environment does so when the target is asked for.
/// </summary>
public class InheritanceTests
{
    private const string Family =
        """
        version: 1
        defaults:
          deployment: web
          rollout: { timeout: 7m, logErrors: [one, two] }
          review: [ { id: a, file: f, exists: true } ]
          secrets: { app: { KEY: non-empty, OTHER: url } }
          prometheus: { service: monitoring/prometheus:9090, job: web }
          url: https://a.example
        targets:
          base:
            namespace: base
            environment: base
            rollout: { logErrors: [three] }
          child:
            extends: base
            environment: child
            review: [ { id: a, file: g, lacks: x }, { id: b, file: h, exists: false } ]
            secrets: { app: { OTHER: null, MORE: hex(64) } }
            prometheus: { url: https://prometheus.example }
            url: null
        """;

    [Fact]
    public void Settings_are_merged_key_by_key_and_lists_replaced()
    {
        var child = Documents.Parse(Family).GetTarget("child");
        Assert.Equal(("base", "web", "child"), (child.Namespace, child.Deployment, child.Environment));
        Assert.Equal(TimeSpan.FromMinutes(7), child.Rollout.Timeout);
        Assert.Equal(["three"], child.Rollout.LogErrors);
    }

    [Fact]
    public void Named_settings_are_added_to_and_replaced_by_name()
    {
        var child = Documents.Parse(Family).GetTarget("child");
        Assert.Equal([new ReviewRule("a", "g") { Lacks = "x" }, new ReviewRule("b", "h") { Exists = false }], child.Review);
        Assert.Equal(["KEY", "MORE"], child.Secrets["app"].Keys);
    }

    [Fact]
    public void Null_takes_away_and_one_way_replaces_the_other()
    {
        var child = Documents.Parse(Family).GetTarget("child");
        Assert.Null(child.Url);
        Assert.Null(child.Prometheus!.Service);
        Assert.Equal(new Uri("https://prometheus.example"), child.Prometheus.Url);
        Assert.Equal("web", child.Prometheus.Job);
    }

    [Fact]
    public void A_lookup_is_resolved_when_the_target_is_asked_for()
    {
        const string Text = $"{Documents.Least}, context: '${{CTX}}', url: 'https://${{HOST:-fallback.example}}/x', container: 'c' }}\n";
        Assert.Equal(["one"], Documents.Parse(Text).TargetNames);
        Assert.Equal("prod", Documents.Parse(Text, ("CTX", "prod")).GetTarget("one").Context);
        Assert.Equal(new Uri("https://fallback.example/x"), Documents.Parse(Text, ("CTX", "prod"), ("HOST", "")).GetTarget("one").Url);
        var refusal = Assert.Throws<DeployException>(() => Documents.Parse(Text).GetTarget("one"));
        Assert.Contains("environment variable CTX is not set", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("rsolv.yaml:3", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_environment_gives_is_checked_and_not_shown()
    {
        var refusal = Assert.Throws<DeployException>(() => Documents.One("health: { samples: '${N}' }", ("N", "s3cret-words")));
        Assert.Contains("targets.one.health.samples", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-words", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, Documents.One("health: { samples: '${N}' }", ("N", "3")).Health.Samples);
    }

    [Fact]
    public void Dollars_are_written_twice_to_stand_for_themselves() =>
        Assert.Equal("${HOME}", Documents.One("context: '$${HOME}'", ("HOME", "/x")).Context);

    [Fact]
    public void Paths_are_relative_to_the_file_and_the_tilde_is_the_operators()
    {
        var target = Documents.One("backup: { path: state, recipients: [ ~/keys/a.pem, /etc/b.pem ] }");
        Assert.Equal($"{Documents.Folder}/state", target.Backup.Path);
        Assert.Equal(["/home/operator/keys/a.pem", "/etc/b.pem"], target.Backup.Recipients);
    }

    [Fact]
    public void Wildcards_choose_targets_and_unknown_names_get_a_guess()
    {
        var file = Documents.Parse(Family);
        Assert.Equal(["base", "child"], file.Match("*").Select(target => target.Name));
        Assert.Empty(file.Match("x*"));
        var refusal = Assert.Throws<DeployException>(() => file.GetTarget("chidl"));
        Assert.Equal("TargetNotFound", refusal.Id);
        Assert.Contains("Did you mean 'child'?", refusal.Message, StringComparison.Ordinal);
    }
}
