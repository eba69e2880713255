using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Migrations;

/// <summary>
/// Keeps a rollback from running a release with a schema that is newer than the one it ran with: a rollback restores
/// the image, not the database.
/// </summary>
internal static class SchemaGuard
{
    /// <summary>The migrations that were applied since this image ran; none when none is known.</summary>
    /// <param name="releases">The releases, newest first.</param>
    /// <param name="image">The image to roll back to.</param>
    public static IReadOnlyList<SchemaMigration> Crossed(IReadOnlyList<Release> releases, string image)
    {
        // A forced rollback across migrations does not make the old release compatible: the schema it was deployed with counts.
        var at = releases.ToList().FindIndex(release => release.Image == image && !release.IsRollback);
        var ranOn = at < 0 ? null : releases[at].Schema;
        var newer = (at < 0 ? releases : releases.Take(at)).ToList();
        var named = newer
            .SelectMany(release => release.Migrations)
            .Where(one => ranOn is null || one.Version > ranOn)
            .Distinct()
            .OrderBy(one => one.Version)
            .ToList();
        var newest = newer.Select(release => release.Schema).FirstOrDefault(schema => schema is not null);
        // Applied by other means: only the version is known.
        if (named.Count == 0 && newest > ranOn) named.Add(new SchemaMigration(newest.Value, "(applied by other means)"));
        return named;
    }

    /// <summary>Refuses a rollback across migrations, unless it is allowed; returns the migrations that it crosses.</summary>
    /// <exception cref="DeployException"><c>SchemaMismatch</c>.</exception>
    public static async Task<IReadOnlyList<SchemaMigration>> CheckAsync(
        ClusterClient cluster, Target target, string image, bool allowed, CancellationToken ct)
    {
        // An entry that nobody trusted signed may only refuse more.
        var releases = await new ReleaseHistory(cluster, target).ReadAsync(ct);
        var proven = releases.Where(release => release.Problem is null).ToList();
        IReadOnlyList<SchemaMigration> crossed = [.. Crossed(releases, image).Union(Crossed(proven, image)).OrderBy(one => one.Version)];
        return crossed.Count == 0 || allowed ? crossed : throw new DeployException("SchemaMismatch", FaultCategory.InvalidOperation,
            $"{image} never ran with the current schema: "
            + $"since then {(crossed.Count == 1 ? "this migration was" : $"these {crossed.Count} migrations were")} applied: "
            + $"{string.Join(", ", crossed)}. A rollback does not revert them.",
            "Deploy a release that supports the schema, or revert the migrations first. If the old release supports the new schema, "
                + "use -AllowSchemaMismatch; it is recorded.")
        { Subject = target.Deployment };
    }
}
