using System.Text.Json.Nodes;

namespace RsolvDeploy.Dashboards.Models;

/// <summary>The kinds of variables.</summary>
internal enum VariableKind
{
    /// <summary>A kind that this version does not know; its saved value is used.</summary>
    Other,

    /// <summary>Options from a data source.</summary>
    Query,

    /// <summary>Options from a list.</summary>
    Custom,

    /// <summary>One fixed value.</summary>
    Constant,

    /// <summary>The data sources of a type.</summary>
    DataSource,

    /// <summary>Time spans.</summary>
    Interval,

    /// <summary>Free text.</summary>
    TextBox,

    /// <summary>Filters that are added to every query.</summary>
    AdHoc,
}

/// <summary>A filter of an ad hoc variable.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">The operator, such as <c>=</c> or <c>=~</c>.</param>
/// <param name="Value">The value.</param>
internal sealed record AdHocFilter(string Key, string Operator, string Value);

/// <summary>An option of a variable.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Value">What queries get.</param>
internal sealed record VariableOption(string Text, string Value)
{
    /// <summary>The value that stands for all options.</summary>
    public const string All = "$__all";
}

/// <summary>A variable of a dashboard, as it is saved.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
internal sealed record Variable(string Name, VariableKind Kind)
{
    /// <summary>Its query: an expression, a list of values, a type of data sources, or a text.</summary>
    public string Query { get; init; } = "";

    /// <summary>The fields of the query where it is an object; null where it is text.</summary>
    public JsonObject? QueryBody { get; init; }

    /// <summary>The data source of the query.</summary>
    public DataSourceReference Source { get; init; } = DataSourceReference.Default;

    /// <summary>The regular expression that selects and cuts options; empty for none.</summary>
    public string Regex { get; init; } = "";

    /// <summary>
    /// The order of the options: 0 as they come, then alphabetical, numerical, case-insensitive, natural; even is descending.
    /// </summary>
    public int Sort { get; init; }

    /// <summary>Whether several values may be selected.</summary>
    public bool IsMulti { get; init; }

    /// <summary>Whether all may be selected.</summary>
    public bool IncludesAll { get; init; }

    /// <summary>What all means; empty for all options.</summary>
    public string AllValue { get; init; } = "";

    /// <summary>The saved selection.</summary>
    public IReadOnlyList<VariableOption> Current { get; init; } = [];

    /// <summary>The saved options.</summary>
    public IReadOnlyList<VariableOption> Options { get; init; } = [];

    /// <summary>Whether an interval may be chosen by the range, with the least span and the number of steps.</summary>
    public (bool IsOn, string Least, int Count) Auto { get; init; }

    /// <summary>The filters of an ad hoc variable.</summary>
    public IReadOnlyList<AdHocFilter> Filters { get; init; } = [];
}
