namespace RsolvDeploy;

/// <summary>When no deployment starts.</summary>
public sealed record FreezeSettings
{
    /// <summary>The IANA time zone of the windows, for example <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The windows.</summary>
    public IReadOnlyList<FreezeWindow> Windows { get; init => field = value.ToArray(); } = [];
}
