using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Core.Tests.Updates;

/// <summary>Annotations hold a line of bounded length, whatever a reason quotes.</summary>
public class AnnotationTests
{
    [Fact]
    public void A_value_is_one_line_of_at_most_500_characters()
    {
        Assert.Equal("fine, one  two", DeploymentAnnotations.Bound("fine, one\r\ntwo"));
        var bounded = DeploymentAnnotations.Bound(new string('x', 100_000));
        Assert.Equal(new string('x', 500) + "…", bounded);
        // No half of a character is left.
        Assert.Equal(new string('x', 499) + "…", DeploymentAnnotations.Bound(new string('x', 499) + "😀 more"));
    }
}
