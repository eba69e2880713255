namespace RsolvDeploy.Cluster.Tests;

/// <summary>The cluster that the operator of these tests allows them to use.</summary>
internal static class RealCluster
{
    /// <summary>The kubeconfig of <c>RSOLV_TEST_KUBECONFIG</c>; the test is skipped where the variable is not set.</summary>
    public static string Kubeconfig
    {
        get
        {
            var path = Environment.GetEnvironmentVariable("RSOLV_TEST_KUBECONFIG");
            if (string.IsNullOrEmpty(path)) Assert.Skip("RSOLV_TEST_KUBECONFIG names no kubeconfig: this test needs a real cluster.");
            Assert.True(File.Exists(path), $"RSOLV_TEST_KUBECONFIG names '{path}', which is not there.");
            return path;
        }
    }
}
