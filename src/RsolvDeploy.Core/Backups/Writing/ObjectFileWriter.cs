using System.Buffers;
using System.Text;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Writes objects to files, reads each file again, and compares it with its objects.</summary>
/// <param name="folder">The folder of the backup.</param>
/// <param name="sealer">Encrypts the contents; disposed with the writer.</param>
internal sealed class ObjectFileWriter(string folder, CmsSealer sealer) : IDisposable
{
    // So that neither the memory of a writer nor what a reader has to hold grows with the size of objects.
    private const int LongestOfMany = 1 << 20;

    private readonly SensitiveBuffer _text = new();
    private readonly SensitiveBuffer _file = new();
    private readonly SensitiveBuffer _read = new();
    private readonly List<Added> _objects = [];
    private ResourceKind? _kind;
    private byte[] _start = [];
    private PrivateFolder? _folder;
    private string _place = "";
    private ListChunk? _chunk;
    private bool _encrypted;

    /// <summary>Begins with the objects of a chunk.</summary>
    public void Begin(ResourceKind kind, ListChunk chunk, bool encrypted)
    {
        (_chunk, _encrypted) = (chunk, encrypted);
        _objects.Clear();
        _file.Clear();
        if (_kind == kind) return;
        _folder?.Dispose();
        (_kind, _start, _folder) = (kind, StartOf(kind), new PrivateFolder(Path.Combine(folder, BackupKinds.FolderFor(kind))));
    }

    /// <summary>Adds an object. Its file is written when it is full, at the latest by <see cref="Complete"/>.</summary>
    /// <param name="index">Its number in the chunk.</param>
    /// <param name="name">Its name.</param>
    public ObjectPlace Add(int index, string name)
    {
        if (!_chunk!.IsOneOfSeveral || _file.Written.Length >= LongestOfMany) Complete();
        if (_objects.Count == 0)
        {
            var extension = (_chunk.IsOneOfSeveral ? ".and-more.yaml" : ".yaml") + (_encrypted ? ".cms" : "");
            _place = $"{BackupKinds.FolderFor(_kind!)}/{ObjectFileName.For(name)}{extension}";
        }
        else
        {
            _file.Write(ManifestItem.Separator(_encrypted));
        }

        _text.Clear();
        _text.Write(_start);
        ObjectYamlWriter.Write(_chunk.Cursor(index), _text);
        var bytes = _encrypted ? sealer.Seal(_text.Written) : _text.Written;
        var offset = _file.Written.Length;
        _file.Write(bytes);
        _objects.Add(new Added(index, offset, bytes.Length));
        return new ObjectPlace(_place, offset, bytes.Length, Sha256Text.Of(bytes));
    }

    /// <summary>Writes what was added.</summary>
    public void Complete()
    {
        if (_objects.Count == 0) return;
        var path = Path.Combine(folder, _place);
        try
        {
            Write(path);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.ForWrite(path, e);
        }

        _file.Clear();
        _objects.Clear();
    }

    public void Dispose()
    {
        _text.Dispose();
        _file.Dispose();
        _read.Dispose();
        _folder?.Dispose();
        sealer.Dispose();
    }

    private void Write(string path)
    {
        var bytes = _file.Written;
        _read.Clear();
        _read.Advance(_folder!.WriteAndRead(Path.GetFileName(path), bytes, _read.GetSpan(bytes.Length)));
        if (!_read.Written.SequenceEqual(bytes)) throw Different(path);
        foreach (var added in _objects)
        {
            var stored = _read.WrittenMemory.Slice(added.Offset, added.Size);
            if (!Matches(_encrypted ? sealer.Open(stored) : stored.Span, _chunk!.Cursor(added.Index))) throw Different(path);
        }
    }

    private bool Matches(ReadOnlySpan<byte> text, JsonCursor json) =>
        text.StartsWith(_start) && YamlEquivalence.Matches(text[_start.Length..], json);

    private static byte[] StartOf(ResourceKind kind) =>
        Encoding.UTF8.GetBytes($"\"apiVersion\": \"{kind.ApiVersion}\"\n\"kind\": \"{kind.Kind}\"\n");

    private static DeployException Different(string path) =>
        new("BackupUnlike", FaultCategory.WriteError, $"The file {path} differs from the object that was read from the cluster.",
            "Do not deploy with this backup. Try another disk; if it happens again, report it as a defect.")
        { Subject = path };

    private readonly record struct Added(int Index, int Offset, int Size);
}
