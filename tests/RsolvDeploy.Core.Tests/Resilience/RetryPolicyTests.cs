using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Core.Tests.Resilience;

/// <summary>An operation is repeated as often as it may be, and its first attempt is made once.</summary>
public class RetryPolicyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_attempt_that_succeeds_is_the_only_one()
    {
        var attempts = 0;
        var result = await Policy(2).RunAsync(_ => Task.FromResult(++attempts), Ct);
        Assert.Equal((1, 1), (result, attempts));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_fails_for_a_short_time_succeeds_in_the_end(int failures)
    {
        var attempts = 0;
        var result = await Policy(2).RunAsync(
            _ => ++attempts <= failures ? Task.FromException<int>(new IOException($"{attempts}")) : Task.FromResult(attempts), Ct);
        Assert.Equal((failures + 1, failures + 1), (result, attempts));
    }

    [Fact]
    public async Task After_the_last_attempt_its_own_exception_is_thrown()
    {
        var attempts = 0;
        var retried = new List<string?>();
        var error = await Assert.ThrowsAsync<IOException>(() => Policy(2, retried).RunAsync(
            _ => Task.FromException<int>(new IOException($"{++attempts}")), Ct));
        Assert.Equal(("3", 3), (error.Message, attempts));
        Assert.Equal(["1", "2"], retried);
    }

    [Fact]
    public async Task Another_exception_is_thrown_at_once()
    {
        var attempts = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(() => Policy(2).RunAsync(
            _ => Task.FromException<int>(new InvalidOperationException($"{++attempts}")), Ct));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_result_may_be_a_reason_too()
    {
        var attempts = 0;
        var policy = new RetryPolicy(new RetryOptions((result, _) => result is < 3, Retries: 5, TimeSpan.FromMilliseconds(1)));
        Assert.Equal(3, await policy.RunAsync(_ => Task.FromResult(++attempts), Ct));
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var attempts = 0;
        var time = new FakeTimeProvider();
        var policy = new RetryPolicy(
            new RetryOptions((_, error) => error is IOException, Retries: 1, TimeSpan.FromHours(1))
            {
                Time = time,
                OnRetry = _ => stop.Cancel(),
            });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => policy.RunAsync(
            _ => Task.FromException<int>(new IOException($"{++attempts}")), stop.Token));
        Assert.Equal(1, attempts);
    }

    private static RetryPolicy Policy(int retries, List<string?>? retried = null) => new(
        new RetryOptions((_, error) => error is IOException, retries, TimeSpan.FromMilliseconds(1))
        {
            OnRetry = error => retried?.Add(error?.Message),
        });
}
