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
    /// Reads Ecto's list of tuples as <c>IO.inspect</c> prints it, or the table of <c>mix ecto.migrations</c>; other lines are ignored.
    /// </summary>
    /// <exception cref="DeployException"><c>MigrationListUnreadable</c>: the output has no list, or a truncated one.</exception>
    public static MigrationList Parse(string output)
    {
        var found = Tuple().Matches(output);
        if (found.Count == 0) found = Row().Matches(output);
        if (found.Count == 0 && !Empty().IsMatch(output))
        {
            throw Unreadable(
                "its output has no list of migrations",
                "Have 'migrations.status' print Ecto.Migrator.migrations(Repo) by IO.inspect(limit: :infinity).");
        }

        // IO.inspect prints 50 terms by default: the newest migrations would be missing.
        if (Truncated().IsMatch(output))
            throw Unreadable("its list is truncated ('...')", "Use IO.inspect(limit: :infinity) in 'migrations.status'.");
        var all = found.Select(one => (Up: one.Groups["state"].Value == "up", Migration: new SchemaMigration(
            long.Parse(one.Groups["version"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
            one.Groups["name"].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Trim())))
            .OrderBy(one => one.Migration.Version).ToList();
        return new MigrationList(
            all.Where(one => one.Up).Select(one => one.Migration).ToArray(),
            all.Where(one => !one.Up).Select(one => one.Migration).ToArray());
    }

    private static DeployException Unreadable(string why, string remedy) =>
        new("MigrationListUnreadable", FaultCategory.InvalidData, $"The command 'migrations.status' succeeded, but {why}.", remedy);

    [GeneratedRegex(
        @"\{\s*:(?<state>up|down)\s*,\s*(?<version>[0-9]{1,18})\s*,\s*""(?<name>(?:[^""\\]|\\.)*)""\s*\}",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tuple();

    [GeneratedRegex(
        @"^[ \t]*(?<state>up|down)[ \t]+(?<version>[0-9]{1,18})[ \t]+(?<name>\S[^\r\n]*)",
        RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\s*\[\s*\]\s*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Empty();

    [GeneratedRegex(@"\}\s*,\s*\.\.\.\s*\]|\[\s*\.\.\.\s*\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Truncated();
}
