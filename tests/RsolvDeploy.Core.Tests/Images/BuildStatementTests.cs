using System.Text;
using RsolvDeploy.Images.Attestations;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>What BuildKit attests of a build is summarized, whatever version of SLSA it writes.</summary>
public sealed class BuildStatementTests
{
    [Theory]
    [InlineData(
        """
        {"predicateType":"https://slsa.dev/provenance/v0.2","predicate":{"builder":{"id":"https://ci.example.org/1"},
         "invocation":{"configSource":{"uri":"https://git.example.org/shop.git","entryPoint":"Dockerfile"}},
         "materials":[{"uri":"pkg:docker/alpine@3"},{"uri":"x"}],"metadata":{"buildFinishedOn":"2026-11-28T10:00:00Z"}}}
        """,
        "provenance: built from https://git.example.org/shop.git Dockerfile with 2 materials by https://ci.example.org/1")]
    [InlineData(
        """
        {"predicateType":"https://slsa.dev/provenance/v1","predicate":{
         "buildDefinition":{"externalParameters":{"configSource":{"path":"Dockerfile"}},"resolvedDependencies":[{"uri":"x"}]},
         "runDetails":{"builder":{"id":""},"metadata":{"finishedOn":"2026-11-28T10:00:00Z"}}}}
        """,
        "provenance: built from Dockerfile with 1 materials")]
    [InlineData(
        """
        {"predicateType":"https://spdx.dev/Document","predicate":{"creationInfo":{"created":"2026-11-28T10:00:00Z",
         "creators":["Organization: x","Tool: syft-1.20"]},"packages":[{},{},{}]}}
        """,
        "SBOM: 3 packages, listed by syft-1.20")]
    public void Provenance_and_software_are_summarized(string statement, string summary)
    {
        var one = BuildStatement.Describe(Named, Encoding.UTF8.GetBytes(statement));
        Assert.Equal((summary, new DateTimeOffset(2026, 11, 28, 10, 0, 0, TimeSpan.Zero)), (one.Summary, one.At));
        Assert.Equal("is not signed", one.Problem);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"predicateType":"https://spdx.dev/Document","predicate":[]}""")]
    [InlineData("""{"predicateType":"https://slsa.dev/provenance/v1","predicate":{"runDetails":{"metadata":{"finishedOn":7}}}}""")]
    public void Anything_else_is_no_exception(string statement) =>
        Assert.NotNull(BuildStatement.Describe(Named, Encoding.UTF8.GetBytes(statement)).Problem);

    private static Attestation Named => new("example.org/shop@sha256:0", "") { Problem = "is not signed" };
}
