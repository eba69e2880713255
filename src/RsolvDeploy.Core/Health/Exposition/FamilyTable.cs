namespace RsolvDeploy.Health.Exposition;

/// <summary>The families by the bytes of their names. A dictionary of strings would make a string for every look-up.</summary>
internal sealed class FamilyTable
{
    private readonly List<ExpositionFamily> _families = [];
    private int[] _slots = new int[64];

    public IReadOnlyList<ExpositionFamily> Families => _families;

    public ExpositionFamily? Find(ReadOnlySpan<byte> name)
    {
        int index = _slots[Slot(_slots, name)];
        return index == 0 ? null : _families[index - 1];
    }

    public ExpositionFamily FindOrAdd(ReadOnlySpan<byte> name)
    {
        int slot = Slot(_slots, name);
        if (_slots[slot] != 0) return _families[_slots[slot] - 1];

        var family = new ExpositionFamily(name);
        _families.Add(family);
        _slots[slot] = _families.Count;
        if (_families.Count * 2 > _slots.Length) Grow();
        return family;
    }

    private void Grow()
    {
        int[] larger = new int[_slots.Length * 2];
        for (int index = 0; index < _families.Count; index++) larger[Slot(larger, _families[index].Key)] = index + 1;
        _slots = larger;
    }

    /// <summary>The slot that holds the name, or the empty one where it belongs.</summary>
    private int Slot(int[] slots, ReadOnlySpan<byte> name)
    {
        var hash = new HashCode();      // seeded at random: names made to collide do not
        hash.AddBytes(name);
        int slot = hash.ToHashCode() & (slots.Length - 1);
        while (slots[slot] != 0 && !_families[slots[slot] - 1].Key.SequenceEqual(name)) slot = (slot + 1) & (slots.Length - 1);
        return slot;
    }
}
