using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Migrations;

/// <summary>The migrations that the configured status command lists.</summary>
/// <param name="Applied">The applied ones, oldest first.</param>
/// <param name="Pending">The pending ones.</param>
internal sealed partial record MigrationList(IReadOnlyList<SchemaMigration> Applied, IReadOnlyList<SchemaMigration> Pending)
{
    /// <summary>
    /// Reads Ecto's list of tuples as <c>IO.inspect</c> prints it, or the table of <c>mix ecto.migrations</c>. Other lines may come before
    /// and after; a list that they interrupt is an error, because a migration that is not seen would count as none.
    /// </summary>
    /// <param name="output">The standard output of the command.</param>
    /// <exception cref="DeployException"><c>MigrationListUnreadable</c>: the output has no list, or one that cannot be read whole.
    /// </exception>
    public static MigrationList Parse(string output)
    {
        // IO.inspect prints 50 terms by default: the newest migrations would be missing.
        if (Truncated().IsMatch(output))
            throw Unreadable("its list is truncated ('...')", "Use IO.inspect(limit: :infinity) in 'migrations.status'.");
        var lists = List().Matches(output);
        IEnumerable<Match> found = lists.SelectMany(list => Tuple().Matches(list.Value));
        var rest = List().Replace(output, "");
        if (lists.Count == 0)
        {
            found = Row().Matches(output);
            rest = Row().Replace(output, "");
            if (!found.Any() && !Fragment().IsMatch(rest))
            {
                throw Unreadable(
                    "its standard output has no list of migrations",
                    "Have 'migrations.status' print Ecto.Migrator.migrations(Repo) by IO.inspect(limit: :infinity).");
            }
        }

        if (Fragment().Match(rest) is { Success: true } fragment)
        {
            throw Unreadable(
                $"its list of migrations cannot be read whole: other output interrupts it near '{fragment.Value.Trim()}'",
                "Have 'migrations.status' print the list at once and write logs to standard error.");
        }

        return From(found);
    }

    /// <summary>An error of a status command whose list cannot be used.</summary>
    public static DeployException Unreadable(string why, string remedy) =>
        new("MigrationListUnreadable", FaultCategory.InvalidData, $"The command 'migrations.status' succeeded, but {why}.", remedy);

    private static MigrationList From(IEnumerable<Match> found)
    {
        var all = found.Select(one => (Up: one.Groups["state"].Value == "up", Migration: new SchemaMigration(
            long.Parse(one.Groups["version"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
            one.Groups["name"].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Trim())))
            .OrderBy(one => one.Migration.Version).ToList();
        return new MigrationList(
            all.Where(one => one.Up).Select(one => one.Migration).ToArray(),
            all.Where(one => !one.Up).Select(one => one.Migration).ToArray());
    }

    private const string TuplePattern =
        @"\{\s*:(?<state>up|down)\s*,\s*(?<version>[0-9]{1,18})\s*,\s*""(?<name>(?:[^""\\]|\\.)*)""\s*\}";

    [GeneratedRegex(TuplePattern, RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Tuple();

    // A whole list; an empty one stands alone on its line, because logs have empty lists too.
    [GeneratedRegex(
        @"\[\s*" + TuplePattern + @"\s*(?:,\s*" + TuplePattern + @"\s*)*\]|^[^\S\n]*\[\s*\]\s*$",
        RegexOptions.Multiline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex List();

    [GeneratedRegex(
        @"^[ \t]*(?<state>up|down)[ \t]+(?<version>[0-9]{1,18})[ \t]+(?<name>\S[^\r\n]*)",
        RegexOptions.Multiline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Row();

    // What is left of a list or a table that other output interrupts.
    [GeneratedRegex(
        @"(?:\{\s*:(?:up|down)\b|:(?:up|down)\s*,\s*[0-9]|[0-9]{14}\s*,\s*""|^[ \t]*(?:up|down)[ \t]+[0-9]|[0-9]{14}[ \t]+\S)[^\r\n]{0,40}",
        RegexOptions.Multiline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Fragment();

    [GeneratedRegex(@"\}\s*,\s*\.\.\.\s*\]|\[\s*\.\.\.\s*\]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Truncated();
}
