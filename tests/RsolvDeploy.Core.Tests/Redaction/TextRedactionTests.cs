using RsolvDeploy.Redaction;

namespace RsolvDeploy.Core.Tests.Redaction;

/// <summary>Text of strangers: what has the shape of a credential is removed, and nothing else.</summary>
public sealed class TextRedactionTests
{
    [Theory]
    [InlineData("SECRET_KEY_BASE=hunter2-canary", "SECRET_KEY_BASE=(not shown)")]
    [InlineData("password=hunter2-canary", "password=(not shown)")]
    [InlineData("Password: hunter2-canary", "Password: (not shown)")]
    [InlineData("x-api-key: hunter2-canary", "x-api-key: (not shown)")]
    [InlineData("{\"password\":\"hunter2-canary\",\"port\":5432}", "{\"password\":\"(not shown)\",\"port\":5432}")]
    [InlineData("{\"secret\": \"hunter2-canary\"}", "{\"secret\": \"(not shown)\"}")]
    [InlineData("db_password => 'hunter2 canary' rest", "db_password => '(not shown)' rest")]
    [InlineData("GIT_TOKEN=hunter2-canary make", "GIT_TOKEN=(not shown) make")]
    [InlineData("ENCRYPTION_KEY=hunter2-canary", "ENCRYPTION_KEY=(not shown)")]
    [InlineData("{\"a\":\"DB_PASSWORD=hunter2\\nx-api-key: canary\\nok\"}", "{\"a\":\"DB_PASSWORD=(not shown)\\nx-api-key: (not shown)\"}")]
    [InlineData("password=hunter2\\nor-canary", "password=(not shown)")]
    [InlineData("Authorization: Bearer hunter2-canary", "Authorization: (not shown) (not shown)")]
    [InlineData("sent Bearer hunter2-canary to it", "sent Bearer (not shown) to it")]
    [InlineData("Cookie: session=hunter2; other=canary", "Cookie: (not shown)")]
    [InlineData("postgres://app:hunter2@db:5432/app", "postgres://app:(not shown)@db:5432/app")]
    [InlineData("proxy http://me:hunter2-canary@proxy:3128 refused", "proxy http://me:(not shown)@proxy:3128 refused")]
    [InlineData("?access_key=hunter2&page=2", "?access_key=(not shown)&page=2")]
    [InlineData("key AKIA" + "IOSFODNN7EXAMPLE used", "key (not shown) used")]
    [InlineData("a\n-----BEGIN PRIVATE KEY-----\nhunter2\ncanary\n-----END PRIVATE KEY-----\nb", "a\n(a private key is not shown)\nb")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nhunter2", "(a private key is not shown)")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\\nhunter2\\n-----END EC PRIVATE KEY-----\\n", "(a private key is not shown)\\n")]
    [InlineData("client-key-data: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCmh1bnRlcjI=", "client-key-data: (not shown)")]
    [InlineData("LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpodW50ZXIy", "(not shown)")]
    [InlineData("token: hunter2canary at http://registry", "token: (not shown) at http://registry")]
    [InlineData("\u001b[36mpassword\u001b[0m=hunter2-canary", "password=(not shown)")]
    [InlineData("pass\u009b1mword: \u001b[31;1mhunter2\u001b[0m-canary", "password: (not shown)")]
    public void A_credential_is_removed(string text, string expected) => Assert.Equal(expected, TextRedaction.Apply(text));

    [Theory]
    [InlineData("couldn't find key DATABASE_URL in Secret production/app-secrets")]
    [InlineData("Secret: app-secrets not found")]
    [InlineData("token: expired")]
    [InlineData("secret: web-tls-2026 not found")]
    [InlineData("password=(not shown)")]
    [InlineData("password: null")]
    [InlineData("secret=")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")]
    [InlineData("https://example.com:8443/path?page=2")]
    [InlineData("ghcr.io/rsolv-dev/rsolv-platform@sha256:8fd1a4e8c44c2bb21a2b5cb8038fed0efeaaff28b8034e1dccbbc5fad10d393b")]
    [InlineData("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUI=")]
    [InlineData("LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUlJQg==")]
    [InlineData("tab\tand line\nbreaks stay")]
    [InlineData("Größe 3 µs, 日本語")]
    public void Other_text_stays(string text) => Assert.Equal(text, TextRedaction.Apply(text));

    [Fact]
    public void Control_characters_cannot_reach_a_terminal()
    {
        var shown = TextRedaction.Apply("\u001b]0;title\u0007\u001b[2J\u009b31m\u202egnp.exe\r\nnext");
        Assert.DoesNotContain(shown, one => one != '\n' && char.IsControl(one));
        Assert.Equal("␛]0;title␇␛[2J\ufffdgnp.exe\nnext", shown);
    }

    // A name that looks like another, or words that only a program reads: each is visible as a mark.
    [Theory]
    [InlineData("rsolv\u200b-platform", "rsolv\ufffd-platform")]
    [InlineData("\ufeffa\u00adb\u2060c\u061cd\u180e", "\ufffda\ufffdb\ufffdc\ufffdd\ufffd")]
    [InlineData("one\u2028two\u2029three", "one\ufffdtwo\ufffdthree")]
    [InlineData("a\u202eb\u2066c\u206fd\u200f", "a\ufffdb\ufffdc\ufffdd\ufffd")]
    [InlineData("v1\udb40\udc41\udb40\udc42", "v1\ufffd\ufffd\ufffd\ufffd")]
    [InlineData("\ufff9a\ufffab\ufffb", "\ufffda\ufffdb\ufffd")]
    public void What_is_invisible_or_reorders_text_is_marked(string text, string expected) =>
        Assert.Equal(expected, TextRedaction.Apply(text));

    [Theory]
    [InlineData("::set-env name=PATH::/tmp", ": :set-env name=PATH::/tmp")]
    [InlineData(" \t::stop-commands::x", " \t: :stop-commands::x")]
    [InlineData("one\n::add-mask::x", "one\n: :add-mask::x")]
    [InlineData("x ##vso[task.setvariable variable=a]b", "x # #vso[task.setvariable variable=a]b")]
    [InlineData("##VSO[task.complete]", "# #vso[task.complete]")]
    [InlineData("##[set-output name=a]b", "# #[set-output name=a]b")]
    [InlineData("std::vector ## heading", "std::vector ## heading")]
    public void A_line_of_a_stranger_is_no_command_to_a_CI_system(string text, string expected)
    {
        Assert.Equal(expected, TextRedaction.Apply(text));
        Assert.Equal(expected, TextRedaction.Apply(expected));
    }

    // 20 s and more before: a line that nobody breaks, of the characters that the shapes begin with.
    [Theory]
    [InlineData("a")]
    [InlineData("eyJ-")]
    [InlineData("://")]
    [InlineData("password ")]
    [InlineData("password=\"")]
    [InlineData("Bearer ")]
    public async Task A_line_of_a_megabyte_is_cut_and_ends(string unit)
    {
        var line = string.Concat(Enumerable.Repeat(unit, 1024 * 1024 / unit.Length));
        // A limit against a hang, not a benchmark.
        var ct = TestContext.Current.CancellationToken;
        var shown = await Task.Run(() => TextRedaction.Apply(line), ct).WaitAsync(TimeSpan.FromMinutes(1), ct);
        Assert.InRange(shown.Length, 1, TextRedaction.LongestLine * 4);
    }
}
