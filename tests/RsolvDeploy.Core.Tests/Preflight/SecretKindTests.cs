using RsolvDeploy.Configuration.Values;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>A secret's value is judged by its kind, and never said.</summary>
public class SecretKindTests
{
    [Theory]
    [InlineData("non-empty", "x")]
    [InlineData("url", "https://a.example/x?y=z")]
    [InlineData("postgres-url", "postgres://u:p@db.example:5432/name")]
    [InlineData("postgres-url", "postgresql://db/name?sslmode=require")]
    [InlineData("postgres-url", "ecto://u:p@db/name")]
    [InlineData("redis-url", "rediss://:p@cache:6379")]
    [InlineData("hex(8)", "0123abCD")]
    [InlineData("hex(8)", "0123abCDef")]
    [InlineData("length(3)", "abc")]
    [InlineData("base64", "aGVsbG8=")]
    [InlineData("base64(5)", "aGVsbG8=")]
    [InlineData("pattern(^sk-[a-z]+$)", "sk-abc")]
    public void A_right_value_passes(string kind, string value) => Assert.Null(SecretKind.FindProblem(kind, value));

    [Theory]
    [InlineData("non-empty", "")]
    [InlineData("non-empty", " \n")]
    [InlineData("url", "no address")]
    [InlineData("url", "/path")]
    [InlineData("postgres-url", "mysql://u:p@db/name")]
    [InlineData("postgres-url", "postgres://db")]
    [InlineData("postgres-url", "postgres:///name")]
    [InlineData("redis-url", "https://cache")]
    [InlineData("hex(8)", "0123abC")]
    [InlineData("hex(8)", "0123abCx")]
    [InlineData("length(3)", "ab")]
    [InlineData("base64", "not base64!")]
    [InlineData("base64(6)", "aGVsbG8=")]
    [InlineData("pattern(^sk-[a-z]+$)", "pk-abc")]
    [InlineData("pattern(^(a+)+$)", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")]
    [InlineData("something", "x")]
    public void A_wrong_value_is_complained_of_and_not_repeated(string kind, string value)
    {
        var complaint = SecretKind.FindProblem(kind, value);
        Assert.NotNull(complaint);
        if (value.Trim().Length > 3) Assert.DoesNotContain(value, complaint, StringComparison.Ordinal);
    }
}
