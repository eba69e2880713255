namespace RsolvDeploy;

/// <summary>What the queries of a dashboard panel, or one of them, return.</summary>
public enum PanelState : long
{
    /// <summary>There is data.</summary>
    Data,

    /// <summary>The queries ran without error and returned nothing.</summary>
    NoData,

    /// <summary>A query failed.</summary>
    Error,

    /// <summary>There is no query: a text, a list of links, or a view of another panel.</summary>
    NoQuery,
}
