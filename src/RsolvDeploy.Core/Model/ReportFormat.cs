namespace RsolvDeploy;

/// <summary>The formats of a report.</summary>
public enum ReportFormat : long
{
    /// <summary>One self-contained page, for people.</summary>
    Html,

    /// <summary>The checklist with its boxes ticked, for a wiki or an issue.</summary>
    Markdown,

    /// <summary>Everything in the report, for programs.</summary>
    Json,

    /// <summary>The checks as JUnit test cases, for CI systems.</summary>
    JUnit,

    /// <summary>The checks that did not pass as SARIF 2.1.0 results, for code scanning.</summary>
    Sarif,
}
