using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>How an operator names a dashboard.</summary>
public class DashboardLinkTests
{
    [Theory]
    [InlineData("rfc-060-validation", "rfc-060-validation")]
    [InlineData("https://g.example.org/d/abc/some-name", "abc")]
    [InlineData("https://g.example.org/grafana/d/abc/some-name?orgId=2#x", "abc")]
    [InlineData("https://g.example.org/d-solo/abc?panelId=2", "abc")]
    [InlineData("/d/abc/x", "abc")]
    [InlineData(" https://g.example.org/d/a%20b/x ", "a b")]
    public void The_uid_is_found(string text, string uid) => Assert.Equal(uid, DashboardLink.Parse(text).Uid);

    [Fact]
    public void What_a_link_selects_is_read()
    {
        var link = DashboardLink.Parse(
            "https://g.example.org/d/abc/x?orgId=2&from=now-3h&to=now&var-env=production&var-host=a%20b&var-host=c+d&refresh=5s");
        Assert.Equal(("2", "now-3h", "now"), (link.Organization, link.From, link.To));
        Assert.Equal(["production"], link.Values["env"]);
        Assert.Equal(["a b", "c d"], link.Values["host"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://g.example.org/explore")]
    [InlineData("https://g.example.org/d/")]
    [InlineData("uid?var-a=b")]
    public void What_is_neither_is_refused(string text) =>
        Assert.Equal("DashboardInvalid", Assert.Throws<DeployException>(() => DashboardLink.Parse(text)).Id);
}
