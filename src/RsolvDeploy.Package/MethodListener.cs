using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Tracing;
using System.Linq;
using System.Text.RegularExpressions;

/// <summary>Notes which methods the runtime compiles or loads.</summary>
public sealed class MethodListener : EventListener
{
    private const EventKeywords Jit = (EventKeywords)0x10;

    private static readonly Regex Shipped = new(
        @"^((RsolvDeploy|k8s|Docker|YamlDotNet|Polly|Fractions|System\.Formats\.Asn1|Microsoft\.Extensions|Microsoft\.Net)\.|<>z__)",
        RegexOptions.Compiled);

    private readonly ConcurrentQueue<(string Type, string Name)> _seen = new();

    /// <summary>The methods of the module and its libraries by their outermost type, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Methods() =>
    [
        .. _seen.Where(method => Shipped.IsMatch(method.Type))
            .Select(method => SourceMethod.Of(method.Type.Split('[')[0], method.Name))
            .GroupBy(method => method.Type, method => method.Name)
            .OrderBy(type => type.Key, StringComparer.Ordinal)
            .Select(type => KeyValuePair.Create<string, IReadOnlyList<string>>(
                type.Key, [.. type.Distinct().Order(StringComparer.Ordinal)])),
    ];

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") EnableEvents(eventSource, EventLevel.Verbose, Jit);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName!.StartsWith("MethodLoadVerbose", StringComparison.Ordinal))
            _seen.Enqueue(((string)eventData.Payload![6]!, (string)eventData.Payload[7]!));
    }
}
