using RsolvDeploy.Images.Build;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>Runs alone, because it measures the memory of the process.</summary>
[CollectionDefinition(nameof(LargeContextTests), DisableParallelization = true)]
[Collection(nameof(LargeContextTests))]
public sealed class LargeContextTests : IDisposable
{
    private const int Files = 100_000;
    private const int Folders = 100;

    private readonly BuildFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_context_of_a_hundred_thousand_files_is_streamed()
    {
        for (int folder = 0; folder < Folders; folder++) Directory.CreateDirectory(Path.Combine(_folder.Path, $"{folder}"));
        for (int file = 0; file < Files; file++)
        {
            using var handle = File.OpenHandle(
                Path.Combine(_folder.Path, $"{file % Folders}/{file}.txt"), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            if (file % 1000 == 0) RandomAccess.Write(handle, "some"u8, 0);
        }

        var archive = new MeasuringStream(GC.GetTotalMemory(forceFullCollection: true));

        await new BuildContext(_folder.Path, "Dockerfile").WriteAsync(archive, TestContext.Current.CancellationToken);

        // A header of 512 bytes for each, content padded to the same, and the end of the archive.
        Assert.Equal((512L * (Files + Folders + (Files / 1000))) + 1024, archive.Written);
        Assert.True(archive.MostHeld < 16 << 20, $"{archive.MostHeld} bytes were held on the way.");
    }

    [Fact]
    public async Task A_sparse_file_above_8_GiB_is_sent_whole()
    {
        const long Length = (8L << 30) + 1;
        await using (FileStream sparse = File.Create(Path.Combine(_folder.Path, "sparse.bin"))) sparse.SetLength(Length);
        var archive = new MeasuringStream(GC.GetTotalMemory(forceFullCollection: true));

        await new BuildContext(_folder.Path, "Dockerfile").WriteAsync(archive, TestContext.Current.CancellationToken);

        // A header, the content padded to 512 bytes, and the end of the archive.
        Assert.Equal(512 + ((Length + 511) / 512 * 512) + 1024, archive.Written);
        Assert.True(archive.MostHeld < 16 << 20, $"{archive.MostHeld} bytes were held on the way.");
        // 11 octal digits end at 8 GiB; above, the size is a number in base 256.
        Assert.Equal(0x80, archive.Header[124]);
        Assert.Equal(Length, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(archive.Header.AsSpan(128)));
    }

    /// <summary>Counts what is written, and now and then what is alive.</summary>
    private sealed class MeasuringStream(long before) : Stream
    {
        private long _next = 1 << 20;

        public long Written { get; private set; }

        public long MostHeld { get; private set; }

        /// <summary>The first block.</summary>
        public byte[] Header { get; } = new byte[512];

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Written == 0) buffer.AsSpan(offset, Math.Min(count, Header.Length)).CopyTo(Header);
            Written += count;
            if (Written < _next) return;
            _next += Math.Max(5 << 20, Written / 8);
            GC.Collect();
            MostHeld = Math.Max(MostHeld, GC.GetTotalMemory(forceFullCollection: false) - before);
        }
    }
}
