using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.PolicyFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The rules of a deployment.</summary>
internal static class PolicySchema
{
    private static readonly ObjectSchema Window = new(
        Key("name", Text, "The name of the window.") with { Required = true },
        Key("days", new ListSchema(For(F.DayOfWeek), Least: 1), "The days of the week on which it begins; every day without it."),
        Key("from", For(F.TimeOfDay), "The time of day when it begins; 00:00 without it."),
        Key("to", For(F.TimeOfDay), "The time of day when it ends, the next day when that is earlier; 24:00 without it."),
        Key("start", For(F.Date), "Its first date; without it there is no limit."),
        Key("end", For(F.Date), "Its last date; without it there is no limit."))
    { Atomic = true };

    private static readonly ObjectSchema Freeze = new(
        Key("timeZone", For(F.TimeZone), "The time zone of the windows.") with { Default = "UTC" },
        Key("windows", new ObjectListSchema(Window, "name"), "When no deployment starts."));

    /// <summary>The settings.</summary>
    public static readonly ObjectSchema Policy = new(
        Key("twoPersonRule", new BooleanSchema(), "Whether another person than the operator has to approve.") with { Default = "false" },
        Key("onFailure", For(F.FailureAction), "What follows a step that fails after the release was changed.") with
        {
            Default = "rollback",
        },
        Key("onRisks", For(F.RiskAction), "What follows an environment that is ready with risks, unless a person decides.") with
        {
            Default = "stop",
        },
        Key("onInconclusive", For(F.AnyAction), "What follows a verification without a verdict, unless a person decides.") with
        {
            Default = "stop",
        },
        Key("staging", Text, "The target that is validated before a deployment starts; none without it."),
        Key("watch", new DurationSchema(TimeSpan.FromSeconds(1), TimeSpan.FromDays(2)),
            "How long a new release is watched for rollback triggers before the sign-off; it is not without it."),
        Key("freeze", Freeze, "When no deployment starts."));

    /// <summary>Reads them.</summary>
    public static PolicySettings Read(Settings policy)
    {
        var fallback = new PolicySettings();
        return new PolicySettings
        {
            TwoPersonRule = policy.Value<bool>("twoPersonRule") ?? false,
            OnFailure = policy.Value<PolicyAction>("onFailure") ?? fallback.OnFailure,
            OnRisks = policy.Value<PolicyAction>("onRisks") ?? fallback.OnRisks,
            OnInconclusive = policy.Value<PolicyAction>("onInconclusive") ?? fallback.OnInconclusive,
            Staging = policy.Text("staging"),
            Watch = policy.Value<TimeSpan>("watch"),
            Freeze = policy.Inner("freeze") is { } freeze
                ? new FreezeSettings
                {
                    TimeZone = freeze.TextOr("timeZone", "UTC"),
                    Windows = [.. freeze.Items("windows").Select(ReadWindow)],
                }
                : fallback.Freeze,
        };
    }

    private static FreezeWindow ReadWindow(Settings window)
    {
        var fallback = new FreezeWindow("");
        return new FreezeWindow(window.NeededText("name"))
        {
            Days = [.. window.Texts("days").Select(day => Array.FindIndex(F.Days, one => one == day)).Select(day => (DayOfWeek)day)],
            From = window.Value<TimeSpan>("from") ?? fallback.From,
            To = window.Value<TimeSpan>("to") ?? fallback.To,
            Start = window.Value<DateTime>("start"),
            End = window.Value<DateTime>("end"),
        };
    }
}
