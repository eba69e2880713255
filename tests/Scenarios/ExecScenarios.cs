using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Exec;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Scenarios;

/// <summary>Programs that run in a pod. They change nothing in the cluster, so one cluster serves them all.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class ExecScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task The_output_and_the_exit_code_arrive()
    {
        Assert.Equal((0, "a  b \" $HOME é\n", ""), await RunAsync(null, "echo", "a  b \" $HOME é"));
        Assert.Equal((1, "", ""), await RunAsync(null, "false"));
    }

    [Fact]
    public async Task Standard_error_is_separate_from_standard_output()
    {
        var (code, output, errors) = await RunAsync(null, "cat", "/not/there");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("/not/there", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_reads_its_whole_input_and_returns_it_byte_by_byte()
    {
        var sent = RandomNumberGenerator.GetBytes((9 * 1024 * 1024) + 7);
        using var output = new MemoryStream();
        Assert.Equal(0, await Cluster.ExecAsync(await RequestAsync("cat") with { Input = new MemoryStream(sent), Output = output }, Ct));
        Assert.True(
            sent.AsSpan().SequenceEqual(output.GetBuffer().AsSpan(0, (int)output.Length)),
            $"{output.Length} of {sent.Length} bytes came back, or not the same ones");
    }

    [Fact]
    public async Task An_empty_input_ends_at_once()
    {
        Assert.Equal((0, "", ""), await RunAsync([], "cat"));
    }

    [Fact]
    public async Task A_program_that_does_not_read_its_input_ends_nevertheless()
    {
        // As much as a pipe holds. With more left unread, containerd does not report the end.
        Assert.Equal((0, "done\n", ""), await RunAsync(new byte[60_000], "echo", "done"));
        Assert.Equal((1, "", ""), await RunAsync(new byte[60_000], "false"));
    }

    [Fact]
    public async Task The_result_of_a_program_that_leaves_megabytes_unread_is_never_wrong()
    {
        using var output = new MemoryStream();
        var request = await RequestAsync("echo", "done") with
        {
            Input = new MemoryStream(new byte[4 * 1024 * 1024]),
            Output = output,
            Limit = TimeSpan.FromSeconds(5),
        };
        try
        {
            Assert.Equal(0, await Cluster.ExecAsync(request, Ct));
            Assert.Equal("done\n", Encoding.UTF8.GetString(output.ToArray()));
        }
        catch (DeployException e)
        {
            // A runtime may never report the end (kubectl then waits for ever), or close the connection without it. The output until
            // then is not more than the program printed.
            Assert.Contains(e.Id, new[] { "ExecTimedOut", "ExecBrokenOff" });
            Assert.StartsWith(Encoding.UTF8.GetString(output.ToArray()), "done\n", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_time_limit_inside_the_pod_ends_the_program()
    {
        var clock = Stopwatch.StartNew();
        var (code, _, _) = await RunAsync(null, "timeout", "-k", "5", "1", "sleep", "30");
        Assert.Contains(code, new[] { 124, 143 }); // GNU and busybox
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"it took {clock.Elapsed}");
    }

    [Fact]
    public async Task A_program_that_takes_too_long_times_out()
    {
        var fault = await Assert.ThrowsAnyAsync<DeployException>(async () =>
            await Cluster.ExecAsync(await RequestAsync("sleep", "20") with { Limit = TimeSpan.FromSeconds(1) }, Ct));
        Assert.Equal("ExecTimedOut", fault.Id);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_ends_and_the_next_program_runs()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        // The first byte of output shows that it runs.
        var running = Cluster.ExecAsync(
            await RequestAsync("cat") with { Input = new EndlessInput(), Output = new FirstByte(cancel.Cancel) }, cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal((0, "still here\n", ""), await RunAsync(null, "echo", "still here"));
    }

    [Fact]
    public async Task A_missing_program_and_a_missing_pod_are_reported()
    {
        var program = await Assert.ThrowsAnyAsync<DeployException>(() => RunAsync(null, "no-such-program"));
        Assert.Equal("ExecRefused", program.Id);
        Assert.Contains("no-such-program", program.Message, StringComparison.Ordinal);
        var pod = await Assert.ThrowsAnyAsync<DeployException>(() =>
            Cluster.ExecAsync(new ExecRequest(On.Target.Namespace, "no-such-pod", null, ["true"]), Ct));
        Assert.Equal("NotFound", pod.Id);
    }

    private protected async Task<ExecRequest> RequestAsync(params string[] command)
    {
        var pods = await Cluster.ListAllAsync(
            ResourceKind.Pods, On.Target.Namespace, DeploymentReader.Selector(await DeploymentAsync()), null, Ct);
        var pod = pods.Select(ObjectModel.ReadAs<V1Pod>).First(one => PodReader.IsReady(one) && !PodReader.IsTerminating(one));
        return new ExecRequest(On.Target.Namespace, pod.Name(), On.Target.Container, command);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(byte[]? input, params string[] command)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var code = await Cluster.ExecAsync(
            await RequestAsync(command) with { Input = input is null ? null : new MemoryStream(input), Output = output, Errors = errors },
            Ct);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()));
    }
}
