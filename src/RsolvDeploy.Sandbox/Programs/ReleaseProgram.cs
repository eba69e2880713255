using System.Text;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Sandbox.Platform;

namespace RsolvDeploy.Sandbox.Programs;

/// <summary>The platform's <c>bin/rsolv eval</c>, for the two expressions that list and run its migrations.</summary>
internal sealed class ReleaseProgram(PlatformDatabases databases, FaultInjector faults)
{
    public async Task<int?> RunAsync(ProgramRun run, CancellationToken ct)
    {
        if (run.Arguments is not ["eval", var expression]) return await run.FailAsync("Usage: rsolv COMMAND [ARGS]", ct);
        var database = databases.For(run.Pod.Namespace() ?? "");
        if (expression.StartsWith("Ecto.Migrator.migrations(", StringComparison.Ordinal))
        {
            await ListAsync(run, database, ct);
            return 0;
        }

        return expression.StartsWith("Ecto.Migrator.run(", StringComparison.Ordinal)
            ? await MigrateAsync(run, database, ct)
            : await run.FailAsync("** (CompileError) nofile: cannot compile expression", ct);
    }

    // What is logged meanwhile comes between any two bytes of the list.
    private static async Task ListAsync(ProgramRun run, PlatformDatabase database, CancellationToken ct)
    {
        var list = string.Join(",\n ", database.All.Select(one => $"{{:{(one.Applied ? "up" : "down")}, {one.Version}, \"{one.Name}\"}}"));
        await run.Errors.WriteAsync("[info] Starting Rsolv.Repo\n"u8.ToArray(), ct);
        foreach (var piece in $"[{list}]\n".Split("wn,"))
        {
            await run.Output.WriteAsync(Encoding.UTF8.GetBytes(piece), ct);
            if (piece.EndsWith('\n')) break;
            await run.Errors.WriteAsync("[debug] QUERY OK source=\"schema_migrations\" db=0.3ms\n"u8.ToArray(), ct);
            await run.Output.WriteAsync("wn,"u8.ToArray(), ct);
        }
    }

    private async Task<int?> MigrateAsync(ProgramRun run, PlatformDatabase database, CancellationToken ct)
    {
        foreach (var migration in database.All.Where(one => !one.Applied))
        {
            await run.PrintAsync($"[info] == Running {migration.Version} Rsolv.Repo.Migrations.{migration.Name}.change/0 forward", ct);
            if (faults.Take(Fault.MigrationHangs)) await Task.Delay(Timeout.Infinite, ct);
            if (faults.Take(Fault.MigrationFails))
            {
                await run.PrintAsync(
                    "[error] Postgrex.Protocol failed to connect: postgres://rsolv:sbxsecret-database@postgres:5432/rsolv", ct);
                return await run.FailAsync("** (Postgrex.Error) ERROR 42P07 (duplicate_table) relation \"phases\" already exists", ct);
            }

            database.Apply(migration.Version);
            await run.PrintAsync($"[info] == Migrated {migration.Version} in 0.0s", ct);
        }

        return 0;
    }
}
