using System.Globalization;

namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>Reads the part of PromQL that dashboards and alert rules of the platform use, and refuses the rest by name.</summary>
internal sealed class Parser
{
    private static readonly string[][] Precedence =
        [["or"], ["and", "unless"], ["==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]];

    private readonly List<Token> _tokens;
    private int _at;

    private Parser(string query) => _tokens = Lexer.Read(query);

    private Token Now => _tokens[_at];

    public static Expression Parse(string query)
    {
        var parser = new Parser(query);
        if (parser.Now.Kind == TokenKind.End)
            throw PromQlException.Parse(0, "no expression found in input");
        var expression = parser.ReadBinary(0);
        if (parser.Now.Kind != TokenKind.End)
            throw parser.Unexpected("");
        return expression;
    }

    /// <summary>A duration as <c>1h30m</c>, in milliseconds.</summary>
    public static long ReadDuration(string text, int position)
    {
        long total = 0;
        int at = 0;
        while (at < text.Length)
        {
            int digits = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            int unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            if (!long.TryParse(text[digits..unit], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                throw PromQlException.Parse(position, $"bad number or duration syntax: \"{text}\"");
            total += count * text[unit..at] switch
            {
                "ms" => 1L,
                "s" => 1000,
                "m" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                "w" => 604_800_000,
                "y" => 31_536_000_000,
                _ => throw PromQlException.Parse(position, $"bad number or duration syntax: \"{text}\""),
            };
        }

        return total;
    }

    private Expression ReadBinary(int level)
    {
        if (level == Precedence.Length)
            return ReadUnary();
        var left = ReadBinary(level + 1);
        while (Now.Kind is TokenKind.Symbol or TokenKind.Identifier && Precedence[level].Contains(Now.Text))
        {
            string op = Take().Text;
            bool returnsBool = Accept("bool");
            bool on = Accept("on");
            IReadOnlyList<string>? labels = on || Accept("ignoring") ? ReadLabelNames() : null;
            if (Now.Text is "group_left" or "group_right")
                throw PromQlException.Parse(Now.Position, $"the sandbox does not know {Now.Text}");
            left = new Binary(op, left, ReadBinary(level + 1), returnsBool, on, labels);
        }

        return left;
    }

    private Expression ReadUnary()
    {
        if (Now.Kind == TokenKind.Symbol && Accept("-"))
            return new Negation(ReadUnary());
        if (Now.Kind == TokenKind.Symbol && Accept("+"))
            return ReadUnary();
        var operand = ReadPrimary();
        if (Now.Text is "^" or "@")
            throw PromQlException.Parse(Now.Position, $"the sandbox does not know the operator {Now.Text}");
        return operand;
    }

    private Expression ReadPrimary()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new NumberLiteral(double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    ? number
                    : throw PromQlException.Parse(token.Position, $"bad number or duration syntax: \"{token.Text}\""));
            case TokenKind.Text:
                return new StringLiteral(token.Text);
            case TokenKind.Symbol when token.Text == "(":
                var inner = ReadBinary(0);
                Expect(")", "in paren expression");
                return inner;
            case TokenKind.Symbol when token.Text == "{":
                return ReadSelector(null, token);
            case TokenKind.Identifier when token.Text is "Inf" or "NaN":
                return new NumberLiteral(token.Text == "Inf" ? double.PositiveInfinity : double.NaN);
            case TokenKind.Identifier when Functions.Aggregations.Contains(token.Text) && Now.Text is "(" or "by" or "without":
                return ReadAggregation(token);
            case TokenKind.Identifier when Now.Text == "(":
                return ReadCall(token);
            case TokenKind.Identifier:
                return ReadSelector(token.Text, token);
            default:
                _at--;
                throw Unexpected("");
        }
    }

    private Call ReadCall(Token name)
    {
        if (!Functions.Known.Contains(name.Text))
            throw PromQlException.Parse(name.Position, $"unknown function with name \"{name.Text}\"");
        var call = new Call(name.Text, ReadArguments());
        Functions.CheckArguments(call, name.Position);
        return call;
    }

    private Aggregation ReadAggregation(Token name)
    {
        bool without = false;
        IReadOnlyList<string> labels = [];
        if (Now.Text is "by" or "without")
        {
            without = Take().Text == "without";
            labels = ReadLabelNames();
        }

        var arguments = ReadArguments();
        if (Now.Text is "by" or "without")
        {
            without = Take().Text == "without";
            labels = ReadLabelNames();
        }

        int expected = name.Text is "topk" or "bottomk" or "quantile" ? 2 : 1;
        if (arguments.Count != expected)
            throw PromQlException.Parse(name.Position, $"wrong number of arguments for aggregate expression provided, expected {expected}, got {arguments.Count}");
        return new Aggregation(name.Text, without, labels, expected == 2 ? arguments[0] : null, arguments[^1]);
    }

    private List<Expression> ReadArguments()
    {
        Expect("(", "in function call");
        var arguments = new List<Expression>();
        while (!Accept(")"))
        {
            if (arguments.Count > 0)
                Expect(",", "in function call");
            arguments.Add(ReadBinary(0));
        }

        return arguments;
    }

    private Selector ReadSelector(string? name, Token start)
    {
        var matchers = new List<Matcher>();
        if (name is not null)
            matchers.Add(new Matcher(LabelSet.NameLabel, "=", name));
        if (name is null || (Now.Kind == TokenKind.Symbol && Accept("{")))
            ReadMatchers(matchers);
        if (matchers.All(m => m.Fits(LabelSet.Empty)))
            throw PromQlException.Parse(start.Position, "vector selector must contain at least one non-empty matcher");

        long? range = null;
        if (Now.Kind == TokenKind.Symbol && Accept("["))
        {
            var duration = Take();
            if (duration.Kind != TokenKind.Duration)
                throw PromQlException.Parse(duration.Position, $"unexpected \"{duration.Text}\" in matrix selector, expected duration");
            range = ReadDuration(duration.Text, duration.Position);
            if (Now.Text == ":")
                throw PromQlException.Parse(Now.Position, "the sandbox does not know subqueries");
            Expect("]", "in matrix selector");
        }

        long offset = 0;
        if (Now.Kind == TokenKind.Identifier && Accept("offset"))
        {
            var duration = Take();
            offset = ReadDuration(duration.Text, duration.Position);
        }

        return new Selector(matchers, range, offset);
    }

    private void ReadMatchers(List<Matcher> matchers)
    {
        while (!Accept("}"))
        {
            var label = Take();
            if (label.Kind != TokenKind.Identifier)
                throw PromQlException.Parse(label.Position, $"unexpected \"{label.Text}\" in label matching, expected identifier or \"}}\"");
            var op = Take();
            if (op.Text is not ("=" or "!=" or "=~" or "!~"))
                throw PromQlException.Parse(op.Position, $"unexpected \"{op.Text}\" in label matching, expected label matching operator");
            var value = Take();
            if (value.Kind != TokenKind.Text)
                throw PromQlException.Parse(value.Position, $"unexpected \"{value.Text}\" in label matching, expected string");
            try
            {
                matchers.Add(new Matcher(label.Text, op.Text, value.Text));
            }
            catch (ArgumentException e)
            {
                throw PromQlException.Parse(value.Position, e.Message);
            }

            if (Now.Text != "}")
                Expect(",", "in label matching");
        }
    }

    private List<string> ReadLabelNames()
    {
        Expect("(", "in grouping opts");
        var names = new List<string>();
        while (!Accept(")"))
        {
            if (names.Count > 0)
                Expect(",", "in grouping opts");
            names.Add(Take().Text);
        }

        return names;
    }

    private Token Take()
    {
        var token = Now;
        if (token.Kind == TokenKind.End)
            throw PromQlException.Parse(token.Position, "unexpected end of input");
        _at++;
        return token;
    }

    private bool Accept(string text)
    {
        if (Now.Kind is TokenKind.Text or TokenKind.End || Now.Text != text)
            return false;
        _at++;
        return true;
    }

    private void Expect(string text, string where)
    {
        if (!Accept(text))
            throw Unexpected($" {where}, expected \"{text}\"");
    }

    private PromQlException Unexpected(string rest) => PromQlException.Parse(
        Now.Position, Now.Kind == TokenKind.End ? $"unexpected end of input{rest}" : $"unexpected \"{Now.Text}\"{rest}");
}
