using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RsolvDeploy.Json.Paths;

/// <summary>Reads JSON paths.</summary>
internal sealed class PathParser(string text)
{
    private const int DeepestCondition = 32;
    private static readonly string[] Operators = ["==", "!=", "<=", ">=", "<", ">"];

    private int _at;
    private int _depth;

    /// <summary>Reads a whole path, which begins with <c>$</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public IReadOnlyList<PathSelector> ReadPath()
    {
        Require("$");
        var selectors = ReadSelectors();
        return _at == text.Length ? selectors : throw Wrong("a member, an index or the end");
    }

    private List<PathSelector> ReadSelectors()
    {
        var selectors = new List<PathSelector>();
        while (true)
        {
            if (Take(".")) selectors.Add(Take("*") ? new WildcardSelector() : new MemberSelector(ReadName()));
            else if (Take("[")) selectors.Add(ReadBracket());
            else return selectors;
        }
    }

    private PathSelector ReadBracket()
    {
        Skip();
        PathSelector selector = Take("*") ? new WildcardSelector()
            : Take("?") ? new FilterSelector(ReadCondition())
            : Peek is '\'' or '"' ? new MemberSelector(ReadText())
            : new IndexSelector(ReadIndex());
        Skip();
        Require("]");
        return selector;
    }

    private PathCondition ReadCondition()
    {
        if (++_depth > DeepestCondition) throw Wrong("fewer parentheses");
        var condition = ReadAll();
        while (TakeBehindSpace("||")) condition = new EitherCondition(condition, ReadAll());
        _depth--;
        return condition;
    }

    private PathCondition ReadAll()
    {
        var condition = ReadOne();
        while (TakeBehindSpace("&&")) condition = new BothCondition(condition, ReadOne());
        return condition;
    }

    private PathCondition ReadOne()
    {
        Skip();
        var negated = Take("!");
        Skip();
        if (!Take("("))
        {
            var left = ReadOperand();
            Skip();
            if (!negated && Array.Find(Operators, Take) is { } op) return new ComparisonCondition(left, op, ReadOperand());
            if (left.Literal is not null) throw Wrong("a comparison");
            return Negate(new ExistenceCondition(left), negated);
        }

        var inner = ReadCondition();
        Skip();
        Require(")");
        return Negate(inner, negated);
    }

    private static PathCondition Negate(PathCondition condition, bool negated) => negated ? new NegatedCondition(condition) : condition;

    private PathOperand ReadOperand()
    {
        Skip();
        if (Take("@")) return new PathOperand(ReadSelectors(), null);
        if (Peek is '\'' or '"') return new PathOperand([], new PathValue(JsonValueKind.String, ReadText()));
        if (Take("true")) return new PathOperand([], new PathValue(JsonValueKind.True));
        if (Take("false")) return new PathOperand([], new PathValue(JsonValueKind.False));
        if (Take("null")) return new PathOperand([], new PathValue(JsonValueKind.Null));
        var number = While(next => char.IsAsciiDigit(next) || next is '-' or '+' or '.' or 'e' or 'E');
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new PathOperand([], new PathValue(JsonValueKind.Number, Number: value))
            : throw Wrong("@, a text in quotes, a number, true, false or null");
    }

    private string ReadName()
    {
        var name = While(next => char.IsAsciiLetterOrDigit(next) || next is '_' or '-' || next > 127);
        return name.Length > 0 && !char.IsAsciiDigit(name[0]) ? name : throw Wrong("the name of a member");
    }

    private int ReadIndex()
    {
        var digits = While(next => char.IsAsciiDigit(next) || next == '-');
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw Wrong("an index, a name in quotes, * or ?");
    }

    private string ReadText()
    {
        var quote = text[_at++];
        var read = new StringBuilder();
        while (_at < text.Length && text[_at] != quote)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length) _at++;
            read.Append(text[_at++]);
        }

        Require(quote.ToString());
        return read.ToString();
    }

    private string While(Func<char, bool> belongs)
    {
        var start = _at;
        while (_at < text.Length && belongs(text[_at])) _at++;
        return text[start.._at];
    }

    private char Peek => _at < text.Length ? text[_at] : '\0';

    private void Skip() => While(next => next is ' ' or '\t');

    private bool TakeBehindSpace(string token)
    {
        Skip();
        return Take(token);
    }

    private bool Take(string token)
    {
        if (string.CompareOrdinal(text, _at, token, 0, token.Length) != 0) return false;
        _at += token.Length;
        return true;
    }

    private void Require(string token)
    {
        if (!Take(token)) throw Wrong(token);
    }

    private FormatException Wrong(string expected) => new($"column {_at + 1}: expected {expected}");
}
