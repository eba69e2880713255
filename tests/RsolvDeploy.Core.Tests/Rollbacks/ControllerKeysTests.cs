using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks.Configuration;

namespace RsolvDeploy.Core.Tests.Rollbacks;

/// <summary>Who wrote a key last: a tool that people run, or a controller.</summary>
public sealed class ControllerKeysTests
{
    [Theory]
    [InlineData("kubectl-edit")]
    [InlineData("kubectl.exe")]
    [InlineData("helm")]
    [InlineData("Helm")]
    [InlineData("helm.exe")]
    [InlineData("helm3")]
    [InlineData("oc.exe")]
    [InlineData("terraform-provider-kubernetes_v2.38.0_x5")]
    [InlineData("pulumi-kubernetes-1f0c2a9b")]
    [InlineData("python-requests")]
    [InlineData("krane")]
    [InlineData("pwsh")]
    public void A_value_that_people_wrote_is_restored(string manager)
    {
        var wanted = Settings("old");
        Assert.Empty(ControllerKeys.Keep(wanted, Live("new", manager)));
        Assert.Equal("old", wanted.At("data", "KEY").Text());
    }

    [Theory]
    [InlineData("helm-controller")]
    [InlineData("kustomize-controller")]
    [InlineData("pulumi-kubernetes-operator")]
    [InlineData("ansible-operator")]
    [InlineData("external-secrets")]
    [InlineData("externalsecrets.external-secrets.io/shop")]
    [InlineData("cert-manager-certificates-issuing")]
    [InlineData("trust-manager")]
    [InlineData("vault-secrets-operator")]
    [InlineData("kube-controller-manager")]
    [InlineData("octopus")]
    public void A_value_that_a_controller_wrote_is_left_and_named(string manager)
    {
        var wanted = Settings("old");
        Assert.Equal([$"data.KEY of {manager}"], ControllerKeys.Keep(wanted, Live("new", manager)));
        Assert.Equal("new", wanted.At("data", "KEY").Text());
    }

    private static JsonObject Settings(string value) => new() { ["data"] = new JsonObject { ["KEY"] = value } };

    private static JsonObject Live(string value, string manager)
    {
        var live = Settings(value);
        live["metadata"] = JsonNode.Parse($$"""
            { "managedFields": [{ "manager": "{{manager}}", "time": "2026-11-24T12:00:00Z", "fieldsV1": { "f:data": { "f:KEY": {} } } }] }
            """);
        return live;
    }
}
