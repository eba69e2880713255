using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Backups;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>What a policy lets go, and what is never let go.</summary>
public class BackupCatalogTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_newest_complete_backup_always_stays() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Backups().ToArbitrary(), Gen.Choose(1, 6).ToArbitrary(), Gen.Choose(0, 40).ToArbitrary(), (backups, keep, days) =>
        {
            var complete = backups.Where(info => info.Complete).OrderByDescending(info => info.Created).ToList();
            var good = complete.Count == 0 ? null : complete[(keep + days) % complete.Count];
            var going = BackupCatalog.Outdated(backups, good, keep, Now.AddDays(-days));
            return going.All(info => info.Complete)
                && (complete.Count == 0 || !going.Contains(complete[0]))
                && complete
                    .Skip(1)
                    .All(info =>
                        going.Contains(info) == (info != good && (complete.IndexOf(info) >= keep || info.Created < Now.AddDays(-days))));
        }));

    [Fact]
    public void Without_a_policy_everything_stays() =>
        Assert.Empty(BackupCatalog.Outdated([Backup(0, true), Backup(1, true), Backup(2, false)], Backup(0, true), null, null));

    [Fact]
    public void Without_a_good_backup_everything_stays() =>
        Assert.Empty(BackupCatalog.Outdated([Backup(0, true), Backup(1, true)], null, 1, null));

    [Fact]
    public void A_folder_that_is_no_backup_is_not_deleted()
    {
        var folder = Directory.CreateTempSubdirectory("rsolv-none-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "precious.txt"), "x");
            Assert.Equal("BackupNotFound", Assert.Throws<Errors.DeployException>(() => BackupCatalog.Delete(folder)).Id);
            Assert.True(File.Exists(Path.Combine(folder, "precious.txt")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Gen<List<BackupInfo>> Backups() =>
        from count in Gen.Choose(0, 12)
        from days in Gen.Choose(0, 60).ListOf(count)
        from complete in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false))).ListOf(count)
        select days.Distinct().Zip(complete).Select(pair => Backup(pair.First, pair.Second)).ToList();

    private static BackupInfo Backup(int days, bool complete) =>
        new($"/backups/{days}-{complete}", complete) { Created = Now.AddDays(-days), Problem = complete ? "" : "interrupted" };
}
