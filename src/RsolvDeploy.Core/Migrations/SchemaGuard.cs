using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Migrations;

/// <summary>
/// Keeps a way back from leaving a release alone with a schema that is newer than the one it ran on: a rollback brings back the image, not the database.
/// </summary>
internal static class SchemaGuard
{
    /// <summary>The migrations that were applied since this image ran; none when it is not known to have crossed any.</summary>
    /// <param name="releases">The releases, newest first.</param>
    /// <param name="image">The image to go back to.</param>
    public static IReadOnlyList<SchemaMigration> Crossed(IReadOnlyList<Release> releases, string image)
    {
        // A way back across migrations that was forced does not make the old release fit: what it was deployed with counts.
        var at = releases.ToList().FindIndex(release => release.Image == image && !release.IsRollback);
        var ranOn = at < 0 ? null : releases[at].Schema;
        var newer = (at < 0 ? releases : releases.Take(at)).ToList();
        var named = newer.SelectMany(release => release.Migrations).Where(one => ranOn is null || one.Version > ranOn).Distinct().OrderBy(one => one.Version).ToList();
        var newest = newer.Select(release => release.Schema).FirstOrDefault(schema => schema is not null);
        // Somebody migrated by other means: the version is all that is known.
        if (named.Count == 0 && newest > ranOn) named.Add(new SchemaMigration(newest.Value, "(applied by other means)"));
        return named;
    }

    /// <summary>Refuses a way back across migrations, unless it is allowed; gives what it crosses.</summary>
    /// <exception cref="DeployException"><c>SchemaMismatch</c>.</exception>
    public static async Task<IReadOnlyList<SchemaMigration>> CheckAsync(ClusterClient cluster, Target target, string image, bool allowed, CancellationToken ct)
    {
        var crossed = Crossed(await new ReleaseHistory(cluster, target).ReadAsync(ct), image);
        return crossed.Count == 0 || allowed ? crossed : throw new DeployException("SchemaMismatch", FaultCategory.InvalidOperation,
            $"Going back to {image} would leave it with a database it never ran on: since then {(crossed.Count == 1 ? "this migration was" : $"these {crossed.Count} migrations were")} applied: {string.Join(", ", crossed)}. A way back does not undo them.",
            "Deploy a release that fits the schema, or undo the migrations first. If the old release is known to work with the new schema, use -AllowSchemaMismatch; it is recorded.")
        { Subject = target.Deployment };
    }
}
