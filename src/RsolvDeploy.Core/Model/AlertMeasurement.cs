namespace RsolvDeploy;

/// <summary>How often an alerting rule would have fired in a window.</summary>
/// <param name="Name">The alert.</param>
/// <param name="Group">Its group.</param>
/// <param name="Expression">Its expression, as Prometheus shows it.</param>
public sealed record AlertMeasurement(string Name, string Group, string Expression)
{
    /// <summary>How long the condition has to hold before the alert fires.</summary>
    public TimeSpan For { get; init; }

    /// <summary>The time between two evaluations of the measurement; the interval of the rule, or a multiple of it.</summary>
    public TimeSpan Step { get; init; }

    /// <summary>
    /// How the value is compared with the threshold: <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c> or <c>&lt;=</c>; null when the expression
    /// is not one comparison with a number.
    /// </summary>
    public string? Operator { get; init; }

    /// <summary>The threshold in the rule; null when it has none.</summary>
    public double? Threshold { get; init; }

    /// <summary>How many alerts would have started to fire in the window.</summary>
    public int Fired { get; init; }

    /// <summary>The proposed threshold; null when none is better.</summary>
    public double? Proposed { get; init; }

    /// <summary>How many alerts would have started to fire with it; null when none is proposed.</summary>
    public int? ProposedFired { get; init; }

    /// <summary>Other thresholds, from the most sensitive one, and how often each would have fired.</summary>
    public IReadOnlyList<AlertThreshold> Thresholds { get; init => field = value.ToArray(); } = [];

    /// <summary>The smallest value in the window; null without data.</summary>
    public double? Lowest { get; init; }

    /// <summary>The largest value in the window; null without data.</summary>
    public double? Highest { get; init; }

    /// <summary>The largest values over the window, oldest first, as bars; a space where there is no data.</summary>
    public string Sparkline { get; init; } = "";

    /// <summary>Why a threshold is proposed or not.</summary>
    public string Reason { get; init; } = "";

    /// <summary>In one line.</summary>
    public override string ToString() => $"{Name}: fired {Fired} times";
}
