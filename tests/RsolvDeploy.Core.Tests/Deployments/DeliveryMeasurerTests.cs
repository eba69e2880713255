using RsolvDeploy.Deployments;

namespace RsolvDeploy.Core.Tests.Deployments;

/// <summary>The four figures of DORA, from releases at known times.</summary>
public sealed class DeliveryMeasurerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly TargetIdentity Target = new("production", "prod", "app", "/rsolv.yaml");

    [Fact]
    public void Every_figure_is_what_its_definition_counts()
    {
        var figures = Measure(
            Deployed(200),                                          // before the window
            Deployed(100, committed: 102),
            Deployed(80, StepStatus.Failed), RolledBack(79),        // failed by its rollout, restored after an hour
            Deployed(60, committed: 70), RolledBack(57),            // rolled back by a person, restored after three hours
            Deployed(50, StepStatus.TimedOut), Deployed(45, committed: 49),
            Deployed(10, StepStatus.Skipped),                       // ended before the release
            Deployed(1, StepStatus.Failed));                        // not restored yet

        Assert.Equal((6, 4), (figures.Deployments, figures.Failed));
        Assert.Equal(3 / 7.0, figures.PerDay, 6);
        Assert.Equal((TimeSpan.FromHours(4), 3), (figures.LeadTime, figures.LeadTimes));
        Assert.Equal(4 / 6.0, figures.ChangeFailureRate!.Value, 6);
        Assert.Equal((TimeSpan.FromHours(3), 3), (figures.RestoreTime, figures.Restored));
        Assert.Equal((Now - TimeSpan.FromDays(7), false), (figures.From, figures.IsCut));
    }

    [Fact]
    public void Without_deployments_there_is_no_rate_and_no_time()
    {
        var figures = Measure();
        Assert.Equal((0, 0.0, null, null, null),
            (figures.Deployments, figures.PerDay, figures.LeadTime, figures.ChangeFailureRate, figures.RestoreTime));
    }

    [Fact]
    public void A_rollback_that_failed_and_a_release_that_was_rolled_back_restore_nothing()
    {
        var figures = Measure(
            Deployed(50, StepStatus.Failed), RolledBack(49, StepStatus.Failed), Deployed(48), RolledBack(47), Deployed(46));
        Assert.Equal((3, 2, 2), (figures.Deployments, figures.Failed, figures.Restored));
        Assert.Equal(TimeSpan.FromHours(2), figures.RestoreTime);   // 50 to 47, and 48 to 47
    }

    [Fact]
    public void A_full_history_that_does_not_reach_back_cuts_the_window()
    {
        var figures = Measure([.. Enumerable.Range(1, 20).Reverse().Select(hours => Deployed(hours))]);
        Assert.Equal((true, Now - TimeSpan.FromHours(20), 20), (figures.IsCut, figures.From, figures.Deployments));
        Assert.Equal(24, figures.PerDay, 6);
    }

    private static DeliveryFigures Measure(params Release[] oldestFirst) =>
        DeliveryMeasurer.Measure(Target, [.. oldestFirst.Reverse()], Now - TimeSpan.FromDays(7), Now);

    private static Release Deployed(int hoursAgo, StepStatus status = StepStatus.Succeeded, int? committed = null) =>
        new("app@sha256:1", Now - TimeSpan.FromHours(hoursAgo))
        {
            Status = status,
            Committed = committed is { } ago ? Now - TimeSpan.FromHours(ago) : null,
        };

    private static Release RolledBack(int hoursAgo, StepStatus status = StepStatus.Succeeded) =>
        Deployed(hoursAgo, status) with { IsRollback = true };
}
