using RsolvDeploy.Sandbox.GitHub;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>Somebody else dispatches the same workflow right after the dispatch of the step.</summary>
internal sealed class OtherRunHandler(GitHubState github) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode && request.RequestUri!.AbsolutePath.EndsWith("/dispatches", StringComparison.Ordinal))
            github.Dispatch("main", github.FindWorkflow("rsolv-staging-test.yml", "main")!, "somebody-else");
        return response;
    }
}
