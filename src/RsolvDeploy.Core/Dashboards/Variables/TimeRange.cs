namespace RsolvDeploy.Dashboards.Variables;

/// <summary>A range of time.</summary>
/// <param name="From">Its start.</param>
/// <param name="To">Its end.</param>
internal readonly record struct TimeRange(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Its length.</summary>
    public TimeSpan Length => To - From;

    /// <summary>The range of a panel with a length and a shift of its own; a length or shift that is no time span is ignored.</summary>
    public TimeRange For(string? timeFrom, string? timeShift, TimeZoneInfo zone)
    {
        var own = this;
        if (timeFrom is not null && TimeExpression.Parse($"now-{timeFrom}", To, zone, isEnd: false) is { } from)
            own = own with { From = from };
        return timeShift is not null && TimeSpanText.Parse(timeShift) is { } shift
            ? new TimeRange(own.From - shift, own.To - shift)
            : own;
    }
}
