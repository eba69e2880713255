using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;

namespace RsolvDeploy.Reports;

/// <summary>What templates can read and format.</summary>
internal static partial class ReportTemplateOptions
{
    private static readonly Type[] Readable =
    [
        typeof(ReportData), typeof(ReportCounts), typeof(ReportPhase), typeof(ReportEstimate), typeof(ReportCheck), typeof(ReportChange),
        typeof(ReportRollout), typeof(ReportMeasurement), typeof(ReportBackup), typeof(ReportRollback), typeof(ReportApproval),
        typeof(ReportSignOff), typeof(ReportLedger), typeof(ReportCharts), typeof(ImageSource), typeof(TimelineEntry), typeof(PodState),
        typeof(Diagnosis),
    ];

    /// <summary>The options of a rendering.</summary>
    /// <param name="convert">Converts each text before it is shown, such as for Markdown; null to leave it to the encoder.</param>
    public static TemplateOptions Create(Func<string, FluidValue>? convert = null)
    {
        var options = new TemplateOptions
        {
            CultureInfo = CultureInfo.InvariantCulture,
            TimeZone = TimeZoneInfo.Utc,
            StrictFilters = true,
            // Strict variables would refuse what is known and empty, too.
            Undefined = name => throw new FluidException($"there is no '{name}'"),
        };
        options.MemberAccessStrategy.MemberNameStrategy = MemberNameStrategies.CamelCase;
        foreach (var type in Readable) options.MemberAccessStrategy.Register(type);
        options.ValueConverters.Add(value => value switch
        {
            Enum name => name.ToString(),
            string text when convert is not null => convert(text),
            _ => null,
        });
        AddFilters(options.Filters);
        return options;
    }

    private static void AddFilters(FilterCollection filters)
    {
        Add("utc", value => value.ToObjectValue() is DateTimeOffset time ? ReportText.Utc(time) : "");
        Add("duration", value => ReportText.Duration((double)value.ToNumberValue()));
        Add("bytes", value => ReportText.Bytes((double)value.ToNumberValue()));
        Add("estimate", value => value.ToObjectValue() is ReportEstimate estimate ? ReportText.Estimate(estimate) : "");
        filters.AddFilter("measured", (value, arguments, _) => new ValueTask<FluidValue>(Measured(value, arguments.At(0).ToStringValue())));
        Add("words", value => Words(value.ToStringValue()));
        Add("box", value => value.ToStringValue() is "Passed" or "Warning" ? "x" : " ");
        Add("diff", value => value.ToStringValue().TrimStart() is ['+', ..] ? "added"
            : value.ToStringValue().TrimStart() is ['-', ..] ? "removed" : "same");
        return;

        void Add(string name, Func<FluidValue, string> format) =>
            filters.AddFilter(name, (value, _, _) => new ValueTask<FluidValue>(new StringValue(format(value))));
    }

    // Only a number has a unit; "no response" has none.
    private static FluidValue Measured(FluidValue value, string unit) => value.Type == FluidValues.Number
        ? new StringValue(ReportText.Measured((double)value.ToNumberValue(), unit).TrimEnd())
        : value;

    // RolledBack is "Rolled back" for people.
    private static string Words(string name) =>
        name.Length == 0 ? "" : name[..1] + Capital().Replace(name[1..], match => $" {match.Value.ToLowerInvariant()}");

    [GeneratedRegex("[A-Z]", RegexOptions.NonBacktracking)]
    private static partial Regex Capital();
}
