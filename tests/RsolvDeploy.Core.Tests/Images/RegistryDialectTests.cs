using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>Registries and proxies that answer otherwise than the reference registry does. docker works with each of them.</summary>
public sealed class RegistryDialectTests : IDisposable
{
    private const string Manifest = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}""";
    private const string LoginPage = "<!DOCTYPE html>\n<html><head><title>Sign in &amp; go</title></head></html>";

    private static readonly ImageReference Repository = ImageReference.Parse("registry.example/rsolv/platform");
    private static readonly string Digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Manifest)))}";

    private readonly BuildFolder _home = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task An_answer_to_HEAD_is_never_final(int status)
    {
        using RegistryClient client = Client(request => request.Method == HttpMethod.Head
            ? FakeRegistry.Say((HttpStatusCode)status, LoginPage, "text/html")
            : FakeRegistry.Say(HttpStatusCode.OK, Manifest));

        Assert.Equal(Digest, await client.FindDigestAsync("v1", Ct));
    }

    [Theory]
    [InlineData("""{"token":"","access_token":"t0"}""")]
    [InlineData("""{"token":null,"access_token":"t0"}""")]
    [InlineData("""{"access_token":"t0"}""")]
    [InlineData("""{"token":"t0","access_token":""}""")]
    public async Task An_empty_token_does_not_win(string body)
    {
        using RegistryClient client = Client(TokenRegistry("""Bearer realm="https://auth.example/token" """, body));

        Assert.NotNull(await client.FindManifestAsync("v1", Ct));
    }

    [Theory]
    [InlineData("""Basic realm="x", Bearer realm="https://auth.example/token",service="s",scope="repository:a:pull,push" """)]
    [InlineData("""Bearer realm="https://auth.example/token",service="s", Basic realm="x" """)]
    [InlineData("""Negotiate, NTLM, bearer realm = "https://auth.example/token" , service = "s" """)]
    [InlineData(""" ,Bearer  realm="https://auth.example/token" service="s" """)]
    [InlineData("""Bearer realm=https://auth.example/token,service=s""")]
    [InlineData("""BEARER REALM="https://auth.example/token",Service="s" """)]
    [InlineData("""Bearer realm="https://auth.example/token",service="a \"quoted, odd\" name",error="invalid_token" """)]
    [InlineData("""Bearer realm="https://auth.example/token",service="s" """ + "\t")]
    public async Task Challenges_with_several_schemes_and_odd_blanks_are_understood(string challenge)
    {
        LogIn("""{"auth":"YTpi"}""");
        using RegistryClient client = Client(TokenRegistry(challenge, """{"token":"t0"}"""));

        Assert.NotNull(await client.FindManifestAsync("v1", Ct));
    }

    [Fact]
    public async Task Challenges_in_several_headers_are_understood()
    {
        LogIn("""{"auth":"YTpi"}""");
        using RegistryClient client = Client(request =>
        {
            if (request.RequestUri!.Host == "auth.example") return FakeRegistry.Say(HttpStatusCode.Unauthorized);
            if (request.Headers.Authorization?.Scheme == "Basic") return FakeRegistry.Say(HttpStatusCode.OK, Manifest);
            HttpResponseMessage answer = FakeRegistry.Challenge("""Basic realm="x" """);
            answer.Headers.TryAddWithoutValidation("WWW-Authenticate", """Bearer realm="https://auth.example/token" """);
            return answer;
        });

        Assert.NotNull(await client.FindManifestAsync("v1", Ct));
    }

    [Fact]
    public async Task A_challenge_without_scope_gets_a_token_for_what_is_done()
    {
        var registry = new FakeRegistry(TokenRegistry("""Bearer realm="https://auth.example/token",service="s" """, """{"token":"t0"}"""));
        using var client = new RegistryClient(Repository, Environment(), registry);

        await client.FindManifestAsync("v1", Ct);

        Assert.Contains("GET https://auth.example/token?service=s&scope=repository%3Arsolv%2Fplatform%3Apull", registry.Requests);
    }

    [Fact]
    public async Task A_token_for_reading_is_replaced_where_writing_is_forbidden()
    {
        int tokens = 0;
        using RegistryClient client = Client(request =>
        {
            if (request.RequestUri!.Host == "auth.example") return FakeRegistry.Say(HttpStatusCode.OK, $"{{\"token\":\"t{++tokens}\"}}");
            return request.Headers.Authorization?.Parameter switch
            {
                null => FakeRegistry.Challenge("""Bearer realm="https://auth.example/token" """),
                "t1" when request.Method == HttpMethod.Put => FakeRegistry.Say(HttpStatusCode.Forbidden),
                _ => FakeRegistry.Say(HttpStatusCode.OK, Manifest),
            };
        });
        RegistryManifest manifest = (await client.FindManifestAsync("v1", Ct))!;

        await client.TagAsync("v2", manifest, Ct);

        Assert.Equal(2, tokens);
    }

    [Fact]
    public async Task A_challenge_for_a_password_to_a_token_without_the_scope_is_not_final()
    {
        // As Harbor answers: the real challenge comes only to a request without a token.
        int tokens = 0;
        using RegistryClient client = Client(request =>
        {
            if (request.RequestUri!.Host == "auth.example") return FakeRegistry.Say(HttpStatusCode.OK, $"{{\"token\":\"t{++tokens}\"}}");
            return request.Headers.Authorization?.Parameter switch
            {
                null => FakeRegistry.Challenge("""Bearer realm="https://auth.example/token" """),
                "t1" when request.Method == HttpMethod.Put => FakeRegistry.Challenge("""Basic realm="harbor" """),
                _ => FakeRegistry.Say(HttpStatusCode.OK, Manifest),
            };
        });
        RegistryManifest manifest = (await client.FindManifestAsync("v1", Ct))!;

        await client.TagAsync("v2", manifest, Ct);

        Assert.Equal(2, tokens);
    }

    [Fact]
    public async Task An_identity_token_is_exchanged_and_a_service_without_exchange_gets_the_password()
    {
        LogIn("""{"identitytoken":"refresh","auth":"YTpi"}""");
        var registry = new FakeRegistry(request =>
            request.Method == HttpMethod.Post && request.RequestUri!.Host == "auth.example" ? FakeRegistry.Say(HttpStatusCode.NotFound)
            : TokenRegistry("""Bearer realm="https://auth.example/token" """, """{"token":"t0"}""")(request));
        using var client = new RegistryClient(Repository, Environment(), registry);

        Assert.NotNull(await client.FindManifestAsync("v1", Ct));
        Assert.Equal(
            ["POST https://auth.example/token", "GET https://auth.example/token?scope=repository%3Arsolv%2Fplatform%3Apull Basic"],
            registry.Requests.Where(request => request.Contains("auth.example", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("/v2/rsolv/platform/blobs/uploads/1?s=a%3D", "https://registry.example/v2/rsolv/platform/blobs/uploads/1?s=a%3D Basic")]
    [InlineData("1", "https://registry.example/v2/rsolv/platform/blobs/uploads/1 Basic")]
    [InlineData("https://registry.example/upload/1", "https://registry.example/upload/1 Basic")]
    [InlineData(" https://registry.example/upload/1 ", "https://registry.example/upload/1 Basic")]
    [InlineData("http://registry.example/upload/1", "http://registry.example/upload/1")]
    [InlineData("https://storage.example/1", "https://storage.example/1")]
    [InlineData("//storage.example/1", "https://storage.example/1")]
    public async Task An_upload_is_cancelled_where_the_registry_opened_it(string location, string cancelled)
    {
        LogIn("""{"auth":"YTpi"}""");
        var registry = new FakeRegistry(request =>
        {
            if (request.Method != HttpMethod.Post) return FakeRegistry.Say(HttpStatusCode.NotFound);
            if (request.Headers.Authorization is null) return FakeRegistry.Challenge("""Basic realm="x" """);
            HttpResponseMessage answer = FakeRegistry.Say(HttpStatusCode.Accepted);
            answer.RequestMessage = request;
            answer.Headers.TryAddWithoutValidation("Location", location);
            return answer;
        });
        using var client = new RegistryClient(Repository, Environment(), registry);

        await client.TryUploadAsync(Ct);

        Assert.Equal($"DELETE {cancelled}", registry.Requests[^1]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ftp://registry.example/1")]
    public async Task An_upload_without_an_address_is_an_error(string? location)
    {
        using RegistryClient client = Client(request =>
        {
            HttpResponseMessage answer = FakeRegistry.Say(HttpStatusCode.Accepted);
            answer.RequestMessage = request;
            if (location is not null) answer.Headers.TryAddWithoutValidation("Location", location);
            return answer;
        });

        Assert.Contains("names no address", (await FailAsync(() => client.TryUploadAsync(Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_on_a_host_that_does_not_resolve_names_the_host()
    {
        using RegistryClient client = Client(request =>
        {
            if (request.RequestUri!.Host == "internal.invalid")
                throw Unresolved();
            HttpResponseMessage answer = FakeRegistry.Say(HttpStatusCode.Accepted);
            answer.RequestMessage = request;
            answer.Headers.Location = new Uri("http://internal.invalid:5000/v2/rsolv/platform/blobs/uploads/1");
            return answer;
        });

        DeployException fault = await FailAsync(() => client.TryUploadAsync(Ct));

        Assert.Equal("RegistryUnreachable", fault.Id);
        Assert.Contains("http://internal.invalid:5000", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_error_response_says_is_shown()
    {
        int number = 0;
        (HttpStatusCode Status, string Body)[] answers =
        [
            (HttpStatusCode.NotImplemented, LoginPage),
            (HttpStatusCode.BadRequest, """{"errors":[{"code":"NAME_INVALID","message":"invalid repository name"}]}"""),
            (HttpStatusCode.OK, LoginPage),
            (HttpStatusCode.BadRequest, ""),
        ];
        using RegistryClient client = Client(_ => FakeRegistry.Say(answers[number].Status, answers[number].Body, "text/html"));
        var messages = new List<string>();
        for (; number < answers.Length; number++) messages.Add((await FailAsync(() => client.FindManifestAsync("v1", Ct))).Message);

        Assert.Contains("501 (an HTML page, 'Sign in & go') when", messages[0], StringComparison.Ordinal);
        Assert.Contains("400 (NAME_INVALID: invalid repository name) when", messages[1], StringComparison.Ordinal);
        Assert.Contains("is an HTML page, 'Sign in & go'", messages[2], StringComparison.Ordinal);
        Assert.Contains("it answered 400 when", messages[3], StringComparison.Ordinal);
    }

    public static TheoryData<string> PermanentFaults => ["name", "certificate", "501"];

    [Theory]
    [MemberData(nameof(PermanentFaults))]
    public async Task A_permanent_fault_is_not_retried(string fault)
    {
        var registry = new FakeRegistry(_ => fault switch
        {
            "name" => throw Unresolved(),
            "certificate" => throw new HttpRequestException(
                HttpRequestError.SecureConnectionError, "x", new AuthenticationException("untrusted")),
            _ => FakeRegistry.Say(HttpStatusCode.NotImplemented),
        });
        using var client = new RegistryClient(Repository, Environment(), registry);

        Assert.Equal("RegistryUnreachable", (await FailAsync(() => client.FindManifestAsync("v1", Ct))).Id);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_missing_credential_helper_matters_only_where_a_credential_is_required()
    {
        _home.With(".docker/config.json", """{"credsStore":"absent"}""");
        using RegistryClient open = Client(_ => FakeRegistry.Say(HttpStatusCode.OK, Manifest));
        Assert.Equal(Digest, await open.FindDigestAsync("v1", Ct));

        using RegistryClient closed = Client(_ => FakeRegistry.Challenge("""Basic realm="x" """));
        DeployException fault = await FailAsync(() => closed.FindDigestAsync("v1", Ct));
        Assert.Equal("CredentialHelperFailed", fault.Id);
        Assert.Contains("docker-credential-absent", fault.Message, StringComparison.Ordinal);
    }

    private static Func<HttpRequestMessage, HttpResponseMessage> TokenRegistry(string challenge, string token) => request =>
        request.RequestUri!.Host == "auth.example" ? FakeRegistry.Say(HttpStatusCode.OK, token)
        : request.Headers.Authorization is { Scheme: "Bearer", Parameter: "t0" } ? FakeRegistry.Say(HttpStatusCode.OK, Manifest)
        : FakeRegistry.Challenge(challenge);

    private static HttpRequestException Unresolved() =>
        new(HttpRequestError.NameResolutionError, "x", new SocketException((int)SocketError.HostNotFound));

    private static Task<DeployException> FailAsync(Func<Task> act) => Assert.ThrowsAsync<DeployException>(act);

    private RegistryClient Client(Func<HttpRequestMessage, HttpResponseMessage> answer) =>
        new(Repository, Environment(), new FakeRegistry(answer));

    private DockerEnvironment Environment() => new(name => name == "PATH" ? _home.Path : null, _home.Path);

    private void LogIn(string auth) => _home.With(".docker/config.json", $$$$"""{"auths":{"registry.example":{{{{auth}}}}}}""");
}
