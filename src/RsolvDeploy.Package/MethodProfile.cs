#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

/// <summary>
/// Writes a profile that crossgen2 reads: an assembly with one function for each profiled assembly, whose instructions name the methods,
/// and one that names these functions.
/// </summary>
public static class MethodProfile
{
    private const string Generated = "System.Text.RegularExpressions.Generated";
    private const byte Call = 0x28;
    private const byte LoadToken = 0xd0;
    private const byte LoadString = 0x72;

    private const MethodAttributes Global = MethodAttributes.Public | MethodAttributes.Static;

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    /// <summary>Writes it.</summary>
    /// <param name="folder">The folder with the assemblies.</param>
    /// <param name="list">The methods, one type a line.</param>
    /// <param name="path">The profile to write.</param>
    /// <returns>How many methods it names.</returns>
    public static int Write(string folder, string list, string path)
    {
        var wanted = File.ReadAllLines(list).Select(line => line.Split(": ", 2))
            .ToDictionary(line => line[0], line => line[1].Split(' ').ToHashSet());
        var builder = new PersistedAssemblyBuilder(new AssemblyName("profile"), typeof(object).Assembly);
        var module = builder.DefineDynamicModule("profile");
        var (groups, count) = (new List<(string Assembly, MethodBuilder Methods)>(), 0);
        foreach (var file in Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            var assembly = Assembly.LoadFrom(file);
            var methods = wanted.Keys.Select(name => assembly.GetType(name, throwOnError: false)).OfType<Type>()
                .Concat(Expressions(assembly))
                .SelectMany(WithNested).Where(type => !type.IsInterface).Select(Closed).OfType<Type>()
                .SelectMany(type => type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
                .Where(method => !method.IsAbstract && IsWanted(wanted, method))
                .Select(Closed).OfType<MethodBase>().ToList();
            if (methods.Count == 0) continue;
            var group = module.DefineGlobalMethod($"Assembly_{groups.Count}", Global, typeof(void), []);
            Emit(group.GetILGenerator(), methods);
            groups.Add((assembly.GetName().Name!, group));
            count += methods.Count;
        }

        var index = module.DefineGlobalMethod("AssemblyDictionary", Global, typeof(void), []);
        var instructions = index.GetILGenerator();
        foreach (var (assembly, group) in groups)
        {
            instructions.Emit(OpCodes.Ldstr, assembly + ";");
            instructions.Emit(OpCodes.Call, group);
            instructions.Emit(OpCodes.Pop);
        }

        instructions.Emit(OpCodes.Ret);
        module.CreateGlobalFunctions();
        builder.Save(path);
        NameInsteadOfCall(path);
        return count;
    }

    private static bool IsWanted(Dictionary<string, HashSet<string>> wanted, MethodBase method)
    {
        var declaring = method.DeclaringType!;
        if (declaring.Namespace == Generated) return true;
        if (declaring.IsGenericType) declaring = declaring.GetGenericTypeDefinition();
        var (type, name) = SourceMethod.Of(declaring.FullName!, method.Name);
        return wanted.TryGetValue(type, out var names) && names.Contains(name);
    }

    // The code of regular expressions: its names count them, so that they tell nothing in the next build.
    private static IEnumerable<Type> Expressions(Assembly assembly) => assembly.GetName().Name == "RsolvDeploy.Core"
        ? assembly.GetTypes().Where(type => type.Namespace == Generated && type.DeclaringType is null)
        : [];

    // One compilation serves all reference types.
    private static Type? Closed(Type type)
    {
        try
        {
            return type.ContainsGenericParameters ? type.MakeGenericType([.. type.GetGenericArguments().Select(Argument)]) : type;
        }
        catch (ArgumentException)
        {
            return null; // a constraint that no reference type here meets
        }
    }

    private static MethodBase? Closed(MethodBase method)
    {
        try
        {
            return method is MethodInfo { IsGenericMethodDefinition: true } generic
                ? generic.MakeGenericMethod([.. generic.GetGenericArguments().Select(Argument)])
                : method;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Type Argument(Type parameter) =>
        parameter.GetGenericParameterConstraints().FirstOrDefault(constraint => !constraint.ContainsGenericParameters) ?? typeof(object);

    private static IEnumerable<Type> WithNested(Type type) =>
        type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(WithNested).Prepend(type);

    private static void Emit(ILGenerator instructions, IEnumerable<MethodBase> methods)
    {
        foreach (var method in methods)
        {
            if (method is MethodInfo ordinary) instructions.Emit(OpCodes.Call, ordinary);
            else instructions.Emit(OpCodes.Call, (ConstructorInfo)method);
            instructions.Emit(OpCodes.Pop);
        }

        instructions.Emit(OpCodes.Ret);
    }

    // The format names a method by ldtoken, which the generator refuses for a method of another assembly. Both instructions have one form.
    private static void NameInsteadOfCall(string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var image = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
        var metadata = image.GetMetadataReader();
        MakeStatic(bytes, image.PEHeaders.MetadataStartOffset, metadata);
        foreach (var handle in metadata.MethodDefinitions)
        {
            var address = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
            var section = image.PEHeaders.SectionHeaders[image.PEHeaders.GetContainingSectionIndex(address)];
            var start = address - section.VirtualAddress + section.PointerToRawData;
            var isTiny = (bytes[start] & 3) == 2;
            var at = start + (isTiny ? 1 : 12);
            var end = at + (isTiny ? bytes[start] >> 2 : BitConverter.ToInt32(bytes, start + 4));
            while (at < end)
            {
                var code = bytes[at];
                if (code == Call) bytes[at] = LoadToken;
                at += code is Call or LoadString ? 5 : 1;
            }
        }

        File.WriteAllBytes(path, bytes);
    }

    // The generator writes every constructor as one of an instance, so that the compiler does not find the static ones.
    private static void MakeStatic(byte[] bytes, int start, MetadataReader metadata)
    {
        var table = start + metadata.GetTableMetadataOffset(TableIndex.MemberRef);
        var size = metadata.GetTableRowSize(TableIndex.MemberRef);
        var isWide = metadata.GetHeapSize(HeapIndex.Blob) > ushort.MaxValue;
        // The functions of the profile are static, without parameters and results.
        var signature = MetadataTokens.GetHeapOffset(metadata.GetMethodDefinition(metadata.MethodDefinitions.First()).Signature);
        foreach (var handle in metadata.MemberReferences)
        {
            if (!metadata.StringComparer.Equals(metadata.GetMemberReference(handle).Name, ConstructorInfo.TypeConstructorName)) continue;
            var column = bytes.AsSpan(table + (size * MetadataTokens.GetRowNumber(handle)) - (isWide ? 4 : 2));
            if (isWide) BitConverter.TryWriteBytes(column, signature);
            else BitConverter.TryWriteBytes(column, (ushort)signature);
        }
    }
}
