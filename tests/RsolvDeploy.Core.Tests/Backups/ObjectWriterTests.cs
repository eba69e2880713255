using System.Text;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>The memory for an object does not depend on its content: it is never parsed into a tree.</summary>
public sealed class ObjectWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-writer-").FullName;
    private readonly CmsSealer _sealer = new([], null);

    public void Dispose()
    {
        _sealer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("configmaps", 400, false)]
    [InlineData("secrets", 400, true)]
    [InlineData("configmaps", 200_000, true)]
    [InlineData("secrets", 200_000, false)]
    public void Little_is_allocated_for_an_object_however_large_it_is(string kind, int size, bool shared)
    {
        const int Objects = 100;
        const int MostForEach = 4096; // its names, its hash, and what the framework takes for a file
        var of = kind == "secrets" ? ResourceKind.Secrets : ResourceKind.ConfigMaps;
        Directory.CreateDirectory(Path.Combine(_folder, kind));
        using var writer = new ObjectWriter(_folder, "shop", _sealer, encryptAll: false);
        var texts = Enumerable.Range(0, Objects + 1).Select(index => Encoding.UTF8.GetBytes(
            $$$"""{"metadata":{"name":"item-{{{index}}}","namespace":"shop","uid":"1","resourceVersion":"7"},"data":{"value":"{{{new string('x', size)}}}"}}"""))
                .ToList();
        Write(texts[Objects]); // buffers grow to what they need

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < Objects; index++) Write(texts[index]);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Objects, 1, MostForEach);

        void Write(byte[] text)
        {
            using var chunk = ListChunk.Of(text);
            chunk.IsOneOfSeveral = shared;
            writer.Write(of, chunk);
        }
    }
}
