namespace RsolvDeploy.Tracing;

/// <summary>A span of a trace, as OpenTelemetry defines it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SpanId">Its id, 16 hex digits.</param>
/// <param name="Start">When it started, UTC.</param>
/// <param name="End">When it ended, UTC.</param>
internal sealed record TraceSpan(string Name, string SpanId, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The span that it is part of; null for none.</summary>
    public string? ParentId { get; init; }

    /// <summary>Whether what it measures failed; null when it neither failed nor succeeded.</summary>
    public bool? Failed { get; init; }

    /// <summary>What is known of it: text, <see cref="long"/>, <see cref="double"/> or <see cref="bool"/>. Never a secret value.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    /// <summary>What happened in it.</summary>
    public IReadOnlyList<TraceEvent> Events { get; init; } = [];
}

/// <summary>Something that happened in a span.</summary>
/// <param name="Name">What happened.</param>
/// <param name="At">When, UTC.</param>
internal sealed record TraceEvent(string Name, DateTimeOffset At)
{
    /// <summary>What is known of it.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();
}
