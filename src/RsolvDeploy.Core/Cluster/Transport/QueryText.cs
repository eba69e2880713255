using System.Text;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>The query of an address; parameters without a value are left out.</summary>
internal sealed class QueryText
{
    private readonly StringBuilder _text = new();

    public QueryText Add(string name, string? value) => string.IsNullOrEmpty(value) ? this : AddAlways(name, value);

    /// <summary>Adds the parameter even when its value is empty: an empty argument is an argument.</summary>
    public QueryText AddAlways(string name, string value)
    {
        _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public override string ToString() => _text.ToString();
}
