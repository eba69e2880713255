namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>
/// Values of every kind, in every place that the module reads: none of them occurs in what any command prints or leaves, when it succeeds,
/// when it plans and when it fails.
/// </summary>
public sealed class CanaryCommandTests(CanaryWorld world) : IClassFixture<CanaryWorld>
{
    private const string Planned = "-WhatIf";

    // Where a value may be, and why.
    private static readonly CanaryExemption[] Exemptions =
    [
        new("a ConfigMap", "/backups/", "a backup encrypts Secrets alone, unless -EncryptAll is specified"),
        new("a variable of a container", "/backups/", "as the ConfigMap"),
        new("an argument of a container", "/backups/", "as the ConfigMap"),
        new("a header of a probe", "/backups/", "as the ConfigMap"),
        new("change-cause", "/backups/", "as the ConfigMap"),
        new("last-applied", "/backups/", "as the ConfigMap"),
        new("change-cause", "annotation kubernetes.io/change-cause", "a rollback puts back what its owner wrote"),
        new(CanaryWorld.OwnKeys, "/keys/", "the files of the keys themselves"),
        new("a build argument", "/build?", "the engine has build arguments in the address, and an image in its history"),
        new("a build argument", "what Get-RsolvTarget printed", "the target is the configuration of the operator"),
    ];

    [Fact]
    public void Every_exported_command_has_a_case() => Assert.Equal(
        world.Successes[0].Text.Split('\n')[1..].Select(line => line.Trim()).Where(line => line.Length > 0).Order(StringComparer.Ordinal),
        CanaryCases.All.Select(one => one.Command).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_command_succeeds_and_fails_as_meant()
    {
        var successes = world.Successes.Skip(1).Where(one => !one.Name.EndsWith(Planned, StringComparison.Ordinal)).ToList();
        Assert.Equal(CanaryCases.All.Select(one => one.Command), successes.Select(one => one.Name));
        Assert.All(successes, one => Assert.True(one is { Errors: 0, Bad: 0 }, one.Text));
        var failures = world.Failures.Skip(1).ToList();
        Assert.Equal(CanaryCases.All.Where(one => one.Failure is not null).Select(one => one.Command), failures.Select(one => one.Name));
        Assert.All(failures, one => Assert.True(one.Errors + one.Bad > 0, one.Text));
    }

    [Fact]
    public void No_value_is_printed_or_left() => Assert.Empty(
        world.Findings.Where(found => !Exemptions.Any(one => one.Permits(found))).Select(found => $"{found.Place} in {found.Where}"));

    // What may be seen is seen: the search finds values, and no exemption is left over.
    [Fact]
    public void Every_exemption_is_needed() =>
        Assert.All(Exemptions, one => Assert.Contains(world.Findings, one.Permits));

    [Fact]
    public void The_credentials_reach_their_services() => Assert.All(
        world.Sent, value => Assert.True(world.WasSent(value), $"{value} was sent to no service."));
}
