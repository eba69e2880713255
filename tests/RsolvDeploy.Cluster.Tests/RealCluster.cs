namespace RsolvDeploy.Cluster.Tests;

/// <summary>The real cluster that these tests may use.</summary>
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

    /// <summary>An image by digest that the cluster can pull: <c>RSOLV_TEST_IMAGE_GOOD</c>, <c>_GOOD2</c> and <c>_CRASH</c>.</summary>
    public static string Image(string which)
    {
        var image = Environment.GetEnvironmentVariable($"RSOLV_TEST_IMAGE_{which}");
        if (string.IsNullOrEmpty(image))
            Assert.Skip($"RSOLV_TEST_IMAGE_{which} names no image (repository@sha256:…): this test needs one that the cluster can pull.");
        return image;
    }
}
