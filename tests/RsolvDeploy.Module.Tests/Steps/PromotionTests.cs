using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>What was validated on staging is what goes to production, by its digest.</summary>
public class PromotionTests : SandboxedTest
{
    private const string Prologue =
        "$env:RSOLV_SANDBOX_STAGING_API_KEY = 'sbxsecret-staging-api-key'; "
            + "$env:RSOLV_SANDBOX_GITHUB_TOKEN = [System.IO.File]::ReadAllText(\"$folder/github-token\"); "
            + "$staging = Get-RsolvTarget staging -ConfigurationPath \"$folder/rsolv.yaml\"; ";

    private const string Validate = "$validated = $staging | Invoke-RsolvStagingValidation -WorkflowUpdate Commit; ";

    [Fact]
    public void The_validated_digest_is_tagged_deployed_and_not_built()
    {
        var outcome = Run(Prologue + Validate
            + "$target | Publish-RsolvImage -From staging -Phase promoted -OutVariable p | Update-RsolvDeployment -Confirm:$false; "
            + "$p; $validated")
            .ThrowOnError();
        var (rollout, image, validated) = (outcome.Output[0], outcome.Output[1], outcome.Output[2]);
        Assert.Equal(["Succeeded", "Succeeded"], [rollout.Text("Status"), image.Text("Status")]);
        Assert.Equal(validated.Text("Image"), image.Text("Reference"));
        Assert.Equal(validated.Text("Image"), rollout.Text("Image"));
        Assert.Equal(validated.Text("Image"), image.Text("PromotedFrom"));
        Assert.Equal("", image.Text("ImageId"));
        Assert.Equal(["Passed", "Skipped", "Passed", "Passed", "Passed"], ((string[])["image.promoted", "image.built",
            "image.tag.phase", "image.pushed", "image.visible"]).Select(id => image.Checks()[id]));
    }

    [Fact]
    public void An_image_that_was_not_validated_is_refused_unless_a_reason_is_given()
    {
        var refused = Run(Prologue + "$target | Publish-RsolvImage -From staging").ThrowOnErrorBut("ImageNotValidated").Output.Single();
        Assert.Equal("Failed", refused.Text("Status"));
        Assert.Empty(Sandbox.Services.Images.Pushed.Tagged.Where(tag =>
            tag.EndsWith("production-latest", StringComparison.Ordinal)).Skip(1));
        var image = Run(Prologue + "$target | Publish-RsolvImage -From staging -UnvalidatedReason 'an incident'")
            .ThrowOnError().Output.Single();
        Assert.Equal(["Succeeded", "Warning"], [image.Text("Status"), image.Checks()["image.promoted"]]);
    }

    [Fact]
    public void Another_image_on_staging_than_the_validated_one_is_refused()
    {
        Run(Prologue + Validate + "$target | Publish-RsolvImage -Phase other | Out-Null; "
            + "$staging | Update-RsolvDeployment -Image production-latest -Confirm:$false").ThrowOnError();
        Run(Prologue + "$target | Publish-RsolvImage -From staging").ThrowOnErrorBut("ImageNotValidated");
    }

    [Fact]
    public void A_moved_tag_changes_nothing_because_the_digest_is_promoted()
    {
        var outcome = Run(Prologue + Validate + "$target | Publish-RsolvImage -Phase moved | Out-Null; "
            + "$target | Publish-RsolvImage -From staging; $validated").ThrowOnError();
        Assert.Equal(outcome.Output[1].Text("Image"), outcome.Output[0].Text("Reference"));
    }

    [Fact]
    public void What_if_names_the_validation_and_pushes_nothing()
    {
        var before = Run(Prologue + Validate).ThrowOnError();
        Assert.Empty(before.Output);
        var tags = Sandbox.Services.Images.Pushed.Tagged.Count;
        Interface.Clear();
        var image = Run(Prologue + "$target | Publish-RsolvImage -From staging -WhatIf").ThrowOnError().Output.Single();
        Assert.Equal("Planned", image.Text("Status"));
        Assert.Contains(Interface.Lines, line => line.Contains("from staging, validated by", StringComparison.Ordinal));
        Assert.Equal(tags, Sandbox.Services.Images.Pushed.Tagged.Count);
        Run(Prologue + "$target | Publish-RsolvImage -From production").ThrowOnErrorBut("PromotionSourceInvalid");
    }
}
