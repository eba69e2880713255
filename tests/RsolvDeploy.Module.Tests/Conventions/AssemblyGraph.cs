using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>
/// Which folder of an assembly's source uses which, read from what the compiler wrote: bases, interfaces, fields, signatures, attributes
/// and method bodies. A folder is the namespace of its types. Constants leave no trace in a body; the usings of the source show them.
/// </summary>
internal sealed class AssemblyGraph
{
    private const string Root = "RsolvDeploy";

    private static readonly OpCode[] OneByte = new OpCode[256];
    private static readonly OpCode[] TwoBytes = new OpCode[256];

    private readonly MetadataReader _reader;
    private readonly PEReader _file;
    private readonly Dictionary<(string From, string To), SortedSet<string>> _edges = [];

    static AssemblyGraph()
    {
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            if (code.Size == 1) OneByte[code.Value] = code;
            else TwoBytes[code.Value & 0xff] = code;
        }
    }

    private AssemblyGraph(PEReader file) => (_file, _reader) = (file, file.GetMetadataReader());

    public IEnumerable<(string From, string To)> Edges => _edges.Keys;

    /// <summary>The folders that hold types.</summary>
    public SortedSet<string> Folders { get; } = new(StringComparer.Ordinal);

    /// <summary>The types behind an edge, as <c>User → Used</c>.</summary>
    public IEnumerable<string> Reasons((string From, string To) edge) => _edges[edge];

    public static AssemblyGraph Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var graph = new AssemblyGraph(file);
        foreach (var handle in graph._reader.TypeDefinitions) graph.AddType(handle);
        return graph;
    }

    private void AddType(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        var user = Outermost(handle);
        if (Folder(user) is not { } folder) return;
        Folders.Add(folder);
        var types = new Types(this);
        List<EntityHandle> used = [.. type.GetInterfaceImplementations().Select(one => _reader.GetInterfaceImplementation(one).Interface)];
        if (!type.BaseType.IsNil) used.Add(type.BaseType);
        used.AddRange(Attributes(type.GetCustomAttributes()));
        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            field.DecodeSignature(types, null);
            used.AddRange(Attributes(field.GetCustomAttributes()));
        }

        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition))
        {
            method.DecodeSignature(types, null);
            used.AddRange(Attributes(method.GetCustomAttributes()));
            if (method.RelativeVirtualAddress != 0) AddBody(_file.GetMethodBody(method.RelativeVirtualAddress), types, used);
        }

        foreach (var property in type.GetProperties())
            used.AddRange(Attributes(_reader.GetPropertyDefinition(property).GetCustomAttributes()));
        foreach (var one in used) Resolve(one, types);
        foreach (var other in types.Used.Select(Outermost)) AddEdge(user, other);
    }

    private IEnumerable<EntityHandle> Attributes(CustomAttributeHandleCollection attributes) =>
        attributes.Select(attribute => _reader.GetCustomAttribute(attribute).Constructor);

    private void AddBody(MethodBodyBlock body, Types types, List<EntityHandle> used)
    {
        if (!body.LocalSignature.IsNil) _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(types, null);
        used.AddRange(body.ExceptionRegions.Select(region => region.CatchType).Where(type => !type.IsNil));
        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            var first = code.ReadByte();
            var operation = first == 0xfe ? TwoBytes[code.ReadByte()] : OneByte[first];
            switch (operation.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    used.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                default:
                    code.Offset += Length(operation.OperandType);
                    break;
            }
        }
    }

    private static int Length(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    // Decoding a signature notes every type in it.
    private void Resolve(EntityHandle handle, Types types)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                types.Used.Add((TypeDefinitionHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(types, null);
                break;
            case HandleKind.FieldDefinition:
                types.Used.Add(_reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                types.Used.Add(_reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                var generic = _reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                generic.DecodeSignature(types, null);
                Resolve(generic.Method, types);
                break;
            case HandleKind.MemberReference:
                var member = _reader.GetMemberReference((MemberReferenceHandle)handle);
                if (member.GetKind() == MemberReferenceKind.Field) member.DecodeFieldSignature(types, null);
                else member.DecodeMethodSignature(types, null);
                Resolve(member.Parent, types);
                break;
        }
    }

    private void AddEdge(TypeDefinitionHandle user, TypeDefinitionHandle used)
    {
        if (Folder(user) is not { } from || Folder(used) is not { } to || from == to) return;
        if (!_edges.TryGetValue((from, to), out var reasons)) _edges[(from, to)] = reasons = new SortedSet<string>(StringComparer.Ordinal);
        reasons.Add($"{Name(user)} → {Name(used)}");
    }

    private TypeDefinitionHandle Outermost(TypeDefinitionHandle handle)
    {
        while (_reader.GetTypeDefinition(handle).GetDeclaringType() is { IsNil: false } outer) handle = outer;
        return handle;
    }

    private string Name(TypeDefinitionHandle handle) => _reader.GetString(_reader.GetTypeDefinition(handle).Name);

    // Null for what the compiler or a generator adds in a namespace of its own.
    private string? Folder(TypeDefinitionHandle handle)
    {
        var space = _reader.GetString(_reader.GetTypeDefinition(handle).Namespace);
        if (space == Root) return "Model";
        return space.StartsWith(Root + ".", StringComparison.Ordinal) ? space[(Root.Length + 1)..].Replace('.', '/') : null;
    }

    /// <summary>Collects the types of the assembly that a signature names; those of other assemblies do not matter.</summary>
    private sealed class Types(AssemblyGraph graph) : ISignatureTypeProvider<Unit, Unit?>
    {
        public HashSet<TypeDefinitionHandle> Used { get; } = [];

        public Unit GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            Used.Add(handle);
            return default;
        }

        public Unit GetTypeFromSpecification(MetadataReader reader, Unit? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        {
            graph.Resolve(handle, this);
            return default;
        }

        public Unit GetArrayType(Unit elementType, ArrayShape shape) => default;

        public Unit GetByReferenceType(Unit elementType) => default;

        public Unit GetFunctionPointerType(MethodSignature<Unit> signature) => default;

        public Unit GetGenericInstantiation(Unit genericType, ImmutableArray<Unit> typeArguments) => default;

        public Unit GetGenericMethodParameter(Unit? genericContext, int index) => default;

        public Unit GetGenericTypeParameter(Unit? genericContext, int index) => default;

        public Unit GetModifiedType(Unit modifier, Unit unmodifiedType, bool isRequired) => default;

        public Unit GetPinnedType(Unit elementType) => default;

        public Unit GetPointerType(Unit elementType) => default;

        public Unit GetPrimitiveType(PrimitiveTypeCode typeCode) => default;

        public Unit GetSZArrayType(Unit elementType) => default;

        public Unit GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => default;
    }

    private readonly record struct Unit;
}
