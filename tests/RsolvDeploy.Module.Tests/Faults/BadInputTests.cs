using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Faults;

/// <summary>
/// Mistakes of an operator: each is one error with a stable id, a category, a target object and a recommended
/// action. None changes the cluster.
/// </summary>
public class BadInputTests(SharedSession shared) : SandboxedTest(shared), IClassFixture<SharedSession>
{
    public static TheoryData<string, string> Table => new()
    {
        { "ConfigurationNotFound", "Backup-RsolvState production -ConfigurationPath ($folder + '/none.yaml')" },
        { "TargetNotFound", "Get-RsolvTarget prodution -ConfigurationPath ($folder + '/rsolv.yaml')" },
        { "WildcardInvalid", "Get-RsolvTarget 'prod[u' -ConfigurationPath ($folder + '/rsolv.yaml')" },
        { "WildcardInvalid", "Get-RsolvDeployment '[z-a]*' -ConfigurationPath ($folder + '/rsolv.yaml')" },
        { "ContextNotFound", "Edit 'context: sandbox' 'context: elsewhere'; Backup-RsolvState production -ConfigurationPath $edited" },
        {
            "NamespaceNotFound",
            "Edit 'namespace: rsolv-production' 'namespace: rsolv-prod'; Backup-RsolvState production -ConfigurationPath $edited"
        },
        {
            "NotFound",
            "Edit 'deployment: rsolv-platform' 'deployment: rsolv'; Update-RsolvDeployment production -Image production-20260101-000000 "
                + "-ConfigurationPath $edited -Confirm:$false"
        },
        {
            "ContainerNotFound",
            "Edit 'container: rsolv-platform' 'container: web'; Update-RsolvDeployment production -Image production-20260101-000000 "
                + "-ConfigurationPath $edited -Confirm:$false"
        },
        {
            "KubeconfigNotFound",
            "Edit '/kubeconfig' '/no-kubeconfig'; Undo-RsolvDeployment production -ConfigurationPath $edited -Confirm:$false"
        },
        {
            "KubeconfigInvalid",
            "[System.IO.File]::WriteAllText($folder + '/broken', 'a: ['); Edit '/kubeconfig' '/broken'; "
                + "Backup-RsolvState production -ConfigurationPath $edited"
        },
        {
            "WrongCluster",
            "Edit '  kubeconfig: ' \"  cluster: { server: api.example.org }`n  kubeconfig: \"; Update-RsolvDeployment production -Image "
                + "production-20260101-000000 -ConfigurationPath $edited -Confirm:$false"
        },
        {
            "WrongCluster",
            "Edit '  kubeconfig: ' \"  cluster: { uid: 2f1c9d1e-4b3a-4c5d-8e6f-0a1b2c3d4e5f }`n  kubeconfig: \"; "
                + "Undo-RsolvDeployment production -ConfigurationPath $edited -Confirm:$false"
        },
        {
            "NamespaceProtected",
            "Edit 'namespace: rsolv-production' 'namespace: kube-system'; Update-RsolvDeployment production -Image "
                + "production-20260101-000000 -ConfigurationPath $edited -Confirm:$false"
        },
        { "Forbidden", "Edit 'context: sandbox' 'context: sandbox-viewer'; Backup-RsolvState production -ConfigurationPath $edited" },
        {
            "Forbidden",
            "Edit 'context: sandbox' 'context: sandbox-viewer'; Update-RsolvDeployment production -Image production-20260102-000000 "
                + "-ConfigurationPath $edited -Confirm:$false"
        },
        {
            "DockerUnreachable",
            "Edit 'builder: tcp://127.0.0.1' 'builder: tcp://127.0.0.2'; Publish-RsolvImage production -ConfigurationPath $edited"
        },
        { "BuildContextNotFound", "Publish-RsolvImage $target -ContextPath ($folder + '/nowhere')" },
        { "ImageNotFound", "Update-RsolvDeployment $target -Image no-such-tag -Confirm:$false" },
        { "DigestInvalid", "Update-RsolvDeployment $target -Image sha256:abc -Confirm:$false" },
        { "DigestInvalid", "Update-RsolvDeployment $target -Image registry.example.org/app@sha256:ABC -Confirm:$false" },
        { "DigestInvalid", "Undo-RsolvDeployment $target -ToDigest sha256:abc -Confirm:$false" },
        { "DigestInvalid", "Get-RsolvAttestation $target -Image sha256:abc" },
        { "DigestInvalid", "Publish-RsolvImage $target -Image sha256:abc -Confirm:$false" },
        { "ImageMissing", "Update-RsolvDeployment $target -Confirm:$false" },
        { "NoPreviousRevision", "Undo-RsolvDeployment $target -Confirm:$false" },
        { "RevisionNotFound", "Undo-RsolvDeployment $target -ToRevision 99 -Confirm:$false" },
        { "BackupNotFound", "Undo-RsolvDeployment $target -FromBackup ($folder + '/nowhere') -Confirm:$false" },
        { "SandboxNotFound", "Stop-RsolvSandbox -ProcessId 1" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Bad_input_gets_one_clear_error_and_changes_nothing(string id, string script)
    {
        var outcome = Run(Edit + script);
        Assert.Null(outcome.Ended);
        AssertClear(outcome, id);
        Assert.DoesNotContain(Session.Writes, request => request.Status < 400);
    }

    [Fact]
    public void Error_action_stop_ends_the_script()
    {
        var outcome = Run("Update-RsolvDeployment $target -Image no-such-tag -Confirm:$false -ErrorAction Stop; 'went on'");
        Assert.StartsWith("ImageNotFound,", outcome.Ended?.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Output, item => item.ToString() == "went on");
    }

    [Fact]
    public void One_bad_name_does_not_hide_the_others()
    {
        var outcome = Run("Get-RsolvTarget nowhere, staging -ConfigurationPath ($folder + '/rsolv.yaml')");
        Assert.Equal("staging", outcome.Output.Single().Text("Name"));
        AssertClear(outcome, "TargetNotFound");
    }

    private const string Edit =
        """
        $edited = $folder + '/edited.yaml'
        function Edit($what, $by) { [System.IO.File]::WriteAllText($edited, [System.IO.File]::ReadAllText($folder + '/rsolv.yaml').Replace($what, $by)) }

        """;

    internal static void AssertClear(Outcome outcome, string id)
    {
        var error = Assert.Single(outcome.Errors);
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEqual(System.Management.Automation.ErrorCategory.NotSpecified, error.CategoryInfo.Category);
        Assert.NotNull(error.TargetObject);
        Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails.RecommendedAction));
    }
}
