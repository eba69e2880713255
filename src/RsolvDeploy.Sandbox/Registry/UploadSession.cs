namespace RsolvDeploy.Sandbox.Registry;

/// <summary>The upload of a blob. One request at a time may write to it.</summary>
internal sealed class UploadSession(string repository)
{
    private byte[] _content = [];

    public string Id { get; } = Guid.NewGuid().ToString();

    public string Repository => repository;

    public long Length => _content.Length;

    public byte[] Content => _content;

    /// <summary>Appends a whole chunk or nothing.</summary>
    public async Task AppendAsync(Stream body, CancellationToken ct)
    {
        using var content = new MemoryStream();
        content.Write(_content);
        await body.CopyToAsync(content, ct);
        _content = content.ToArray();
    }
}
