using System.Text.Json.Nodes;

namespace RsolvDeploy.Runs;

/// <summary>
/// An entry that every step writes. It writes itself, because for its enums, times and optional numbers the generated code would have the
/// runtime compile some 300 generic methods in each new session.
/// </summary>
internal interface ILedgerEntry
{
    /// <summary>The entry as <see cref="LedgerJson"/> would write it.</summary>
    JsonObject ToJson();
}
