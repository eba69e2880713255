using System.Globalization;
using System.Net;
using RsolvDeploy.Core.Tests.Security;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Faults;

/// <summary>Whatever a service does, the command that talks to it ends within its limits, with an error that names the service.</summary>
public sealed class HostileCommandTests(HostileSessions sessions) : IClassFixture<HostileSessions>
{
    // Far beyond every limit, by the clock of the sessions.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Behaviours => [.. HostileServer.Behaviours.Keys, .. HostileServer.Stalls.Keys];

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task A_command_ends_and_names_the_service(string behaviour)
    {
        await OnEachAsync(service =>
        {
            using var server = HostileServer.Start(behaviour);
            var report = service.Run(server.Address);
            Assert.NotEmpty(server.Requests);
            if (!IsAnAnswer(service, behaviour)) AssertNamed(service, server, report);
        });
    }

    [Fact]
    public Task A_redirect_to_elsewhere_is_not_followed() => OnEachAsync(service =>
    {
        using var elsewhere = HostileServer.Start("HTML with 200");
        using var server = HostileServer.Redirecting(elsewhere.Address);
        AssertNamed(service, server, service.Run(server.Address));
        // Registries lead to their storage; nothing that proves the operator goes there.
        if (service.Name == "registry") Assert.DoesNotContain(elsewhere.Requests, HasCredential);
        else Assert.Empty(elsewhere.Requests);
    });

    [Fact]
    public Task A_service_on_IPv6_alone_is_named_by_its_address() => OnEachAsync(service =>
    {
        if (service.Name == "registry") return; // the name of an image holds no IPv6 address
        using var server = HostileServer.Start("an error page", IPAddress.IPv6Loopback);
        AssertNamed(service, server, service.Run(server.Address));
    });

    [Fact]
    public Task A_name_that_does_not_resolve_is_named() => OnEachAsync(service =>
        Assert.Contains(
            service.Alias ?? "nobody.invalid", service.Run(new Uri("https://nobody.invalid:1/")), StringComparison.Ordinal));

    [Fact]
    public async Task A_mail_server_that_does_not_speak_is_named()
    {
        using var server = HostileServer.Start("silence");
        var report = await Task.Run(() => sessions.MailServer.Run(server.Address), Ct).WaitAsync(Longest, Ct);
        AssertNamed(sessions.MailServer, server, report);
    }

    // The sessions are independent, so that they share the time of the limits.
    private async Task OnEachAsync(Action<HostileService> test)
    {
        var before = SandboxState.Read(sessions.Sandbox);
        var tests = sessions.Services.SkipLast(1).Select(service => (service.Name, Task: Task.Run(() => test(service), Ct))).ToList();
        await Task.WhenAll(tests.Select(one => one.Task)).WaitAsync(Longest, Ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.All(tests, one => Assert.True(one.Task.IsCompletedSuccessfully, $"{one.Name}: {one.Task.Exception?.InnerException}"));
        before.AssertNothingLost(SandboxState.Read(sessions.Sandbox), isChangeClaimed: false);
    }

    // What a hook answers after the headers of a 200 is of no interest.
    private static bool IsAnAnswer(HostileService service, string behaviour) => service.Name == "hook"
        && (behaviour.EndsWith("200", StringComparison.Ordinal) || behaviour.StartsWith("a body", StringComparison.Ordinal)
            || behaviour is "JSON of another kind" or "a repeated key" or "text that is no Unicode" or "chunks byte by byte"
                or "a connection that is half closed" or "a gzip body without an end" or "two lengths and a second answer"
                or "trailers without an end");

    private static void AssertNamed(HostileService service, HostileServer server, string report)
    {
        Assert.Contains(service.Alias ?? server.Port.ToString(CultureInfo.InvariantCulture), report, StringComparison.Ordinal);
        // What is claimed: nothing was done. Silences are no requirement, and test data is sent where the answer is 200.
        if (service.Name == "Alertmanager") return;
        Assert.DoesNotContain(
            report.Split('\n').TakeWhile(line => !line.StartsWith("testdata.", StringComparison.Ordinal)),
            line => line.StartsWith("Succeeded ", StringComparison.Ordinal));
    }

    private static bool HasCredential(string request) => request.Contains("Authorization", StringComparison.OrdinalIgnoreCase);
}
