using System.Text;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>docs/restore.md is made from the table of fields. RSOLV_WRITE_DOCS=1 writes it anew.</summary>
public class PublishedRestoreTests
{
    [Fact]
    public void The_page_of_restores_is_the_table()
    {
        var page = new StringBuilder(
            """
            # What a backup holds of an object

            A backup holds what a restore needs **after the object was deleted**. Fields that the API server or a controller fills for one
            object are left out, because a new object gets new ones. `backup.restorable` creates every object in a dry run under another
            name; where a quota, an admission policy or the kind allows no second object, it tries an update and reports it. This page is
            generated from the table in `src/RsolvDeploy.Core/Cluster`; a test holds both equal.

            - Of every kind: `status`, and of `metadata` what the server manages (`uid`, `resourceVersion`, `managedFields`,
              `ownerReferences`, …). The status of custom kinds without a status subresource is kept: it is a field like others.
            - Not held at all: objects that are being deleted, the lock of a deployment, EndpointSlices that the cluster makes from a
              Service, and the certificate that it publishes in every namespace. The manifest names them.
            - What pods depend on is restored before workloads (LimitRange, Role, RoleBinding, NetworkPolicy, ServiceAccount, ConfigMap,
              Secret, PersistentVolumeClaim), a ResourceQuota last.
            - Node ports of Services are kept: clients know them. Where another Service has the port meanwhile, the restore leaves it out and
              reports it.
            - A restored claim is bound to a new volume. A backup holds no data of volumes.
            - A restored Job runs again. A restored pod is placed by the scheduler.
            - Only kinds of a namespace are backed up, so no CertificateSigningRequest or PersistentVolume.

            | kind | field | left out | because |
            |---|---|---|---|

            """);
        foreach (var field in ServerAssignedFields.All)
        {
            page.Append(
                $"| {field.Kind}{(field.Group.Length == 0 ? "" : $" ({field.Group})")} | `{field.Text}` | "
                    + $"{(field.When is null ? "always" : $"when {field.When.Text}")} | {field.Reason} |\n");
        }

        var path = Path.Combine(Repository.Root, "docs", "restore.md");
        if (Environment.GetEnvironmentVariable("RSOLV_WRITE_DOCS") == "1") File.WriteAllText(path, page.ToString());
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == page.ToString(),
            "docs/restore.md is not what the table holds. Run this test with RSOLV_WRITE_DOCS=1, and commit the page.");
    }
}
