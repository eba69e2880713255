using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Tracing;

/// <summary>
/// The trace of a run. Its ids are made of the run, so that all steps of a run are one trace, on whatever machine they run.
/// </summary>
/// <param name="TraceId">The id of the trace, 32 hex digits.</param>
/// <param name="RunSpanId">The id of the span of the run, 16 hex digits.</param>
/// <param name="ParentId">The span that the run is part of; null for none.</param>
internal sealed partial record TraceIdentity(string TraceId, string RunSpanId, string? ParentId)
{
    /// <summary>The trace of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="parent">The W3C <c>traceparent</c> of a CI job that runs it; null for none.</param>
    public static TraceIdentity For(string runId, string? parent)
    {
        var outer = parent is null ? null : Parent().Match(parent.Trim());
        return outer is { Success: true } && IsSet(outer.Groups[1].Value) && IsSet(outer.Groups[2].Value)
            ? new TraceIdentity(outer.Groups[1].Value, SpanId(runId), outer.Groups[2].Value)
            : new TraceIdentity(Hash($"trace {runId}", 16), SpanId(runId), null);
    }

    /// <summary>The id of a span that is named by text, 16 hex digits.</summary>
    public static string SpanId(string name) => Hash($"span {name}", 8);

    private static bool IsSet(string id) => id.AsSpan().ContainsAnyExcept('0');

    private static string Hash(string text, int bytes) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, bytes)).ToLowerInvariant();

    [GeneratedRegex("^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", RegexOptions.NonBacktracking)]
    private static partial Regex Parent();
}
