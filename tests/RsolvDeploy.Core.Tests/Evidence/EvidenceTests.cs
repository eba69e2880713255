using System.Text;
using RsolvDeploy.Evidence;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Core.Tests.Evidence;

/// <summary>Evidence of any content is saved or named, and never ends in an exception.</summary>
public sealed class EvidenceTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"evidence-{Guid.NewGuid():N}");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_path)) Directory.Delete(_path, recursive: true);
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", """{"a":1,"a":2}""")]
    [InlineData("""{"status":"\ud800"}""", """{"status":"(text that is not Unicode)"}""")]
    [InlineData("""{"\ud800":[1,null,true,{"x":-1.50e3}]}""", """{"(text that is not Unicode)":[1,null,true,{"x":-1.50e3}]}""")]
    [InlineData("plain text", "plain text")]
    [InlineData("\"alone\"", "\"alone\"")]
    public void A_health_document_of_any_text_is_kept(string body, string kept) =>
        Assert.Equal(kept, HealthSample.Body(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("""{"password":"4Tq9zXw2LmB7vKd8RsN1","password":"x"}""", "4Tq9zXw2LmB7vKd8RsN1")]
    [InlineData("""{"url":"postgres://app:Zx81Secret@db/prod"}""", "Zx81Secret")]
    [InlineData("{\"broken\": \"postgres://app:Zx81Secret@db/prod\"", "Zx81Secret")]
    public void A_credential_in_it_is_masked(string body, string secret) =>
        Assert.DoesNotContain(secret, HealthSample.Body(Encoding.UTF8.GetBytes(body)), StringComparison.Ordinal);

    [Fact]
    public async Task A_part_that_fails_is_a_line_of_the_index_and_the_others_are_saved()
    {
        var folder = new EvidenceFolder(_path, new Redactor());

        await folder.CollectAsync(
            "the pods", _ => throw new ArgumentException("An item with the same key has already been added. Key: a"), Ct, Ct);
        await folder.CollectAsync("the metrics", _ => throw new OperationCanceledException(), Ct, Ct);
        await folder.CollectAsync("the health endpoint", _ => { folder.Write("health.txt", "ok"); return Task.CompletedTask; }, Ct, Ct);
        folder.WriteIndex();

        Assert.Equal(
            "saved: the health endpoint\nnot saved: the pods: An item with the same key has already been added. Key: a\nnot saved: "
                + "the metrics: it took too long\n",
            await File.ReadAllTextAsync(Path.Combine(_path, "index.txt"), Ct));
        Assert.Equal(2, folder.Failed.Count);
    }

    [Fact]
    public async Task Only_the_operators_cancellation_is_thrown()
    {
        var folder = new EvidenceFolder(_path, new Redactor());
        var cancelled = new CancellationToken(true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            folder.CollectAsync("a part", token => Task.FromCanceled(token), cancelled, cancelled));
    }
}
