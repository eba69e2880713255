using System.Globalization;

namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>
/// Parses the part of PromQL that dashboards and alert rules of the platform use, and reports anything else as unsupported.
/// </summary>
internal sealed class Parser
{
    private static readonly string[][] Precedence =
        [["or"], ["and", "unless"], ["==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]];

    private readonly TokenReader _tokens;
    private readonly SelectorParser _selectors;

    private Parser(string query)
    {
        _tokens = new TokenReader(query);
        _selectors = new SelectorParser(_tokens);
    }

    public static Expression Parse(string query)
    {
        var parser = new Parser(query);
        if (parser._tokens.Now.Kind == TokenKind.End)
            throw PromQlException.Parse(0, "no expression found in input");
        var expression = parser.ReadBinary(0);
        if (parser._tokens.Now.Kind != TokenKind.End)
            throw parser._tokens.Unexpected("");
        return expression;
    }

    private Expression ReadBinary(int level)
    {
        if (level == Precedence.Length)
            return ReadUnary();
        var left = ReadBinary(level + 1);
        while (_tokens.Now.Kind is TokenKind.Symbol or TokenKind.Identifier && Precedence[level].Contains(_tokens.Now.Text))
        {
            string op = _tokens.Take().Text;
            bool returnsBool = _tokens.Accept("bool");
            bool on = _tokens.Accept("on");
            IReadOnlyList<string>? labels = on || _tokens.Accept("ignoring") ? ReadLabelNames() : null;
            if (_tokens.Now.Text is "group_left" or "group_right")
                throw PromQlException.Parse(_tokens.Now.Position, $"the sandbox does not know {_tokens.Now.Text}");
            left = new Binary(op, left, ReadBinary(level + 1), returnsBool, on, labels);
        }

        return left;
    }

    private Expression ReadUnary()
    {
        if (_tokens.Now.Kind == TokenKind.Symbol && _tokens.Accept("-"))
            return new Negation(ReadUnary());
        if (_tokens.Now.Kind == TokenKind.Symbol && _tokens.Accept("+"))
            return ReadUnary();
        var operand = ReadPrimary();
        if (_tokens.Now.Text is "^" or "@")
            throw PromQlException.Parse(_tokens.Now.Position, $"the sandbox does not know the operator {_tokens.Now.Text}");
        return operand;
    }

    private Expression ReadPrimary()
    {
        var token = _tokens.Take();
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
                _tokens.Expect(")", "in paren expression");
                return inner;
            case TokenKind.Symbol when token.Text == "{":
                return _selectors.Read(null, token);
            case TokenKind.Identifier when token.Text is "Inf" or "NaN":
                return new NumberLiteral(token.Text == "Inf" ? double.PositiveInfinity : double.NaN);
            case TokenKind.Identifier when Functions.Aggregations.Contains(token.Text) && _tokens.Now.Text is "(" or "by" or "without":
                return ReadAggregation(token);
            case TokenKind.Identifier when _tokens.Now.Text == "(":
                return ReadCall(token);
            case TokenKind.Identifier:
                return _selectors.Read(token.Text, token);
            default:
                throw PromQlException.Parse(token.Position, $"unexpected \"{token.Text}\"");
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
        if (_tokens.Now.Text is "by" or "without")
        {
            without = _tokens.Take().Text == "without";
            labels = ReadLabelNames();
        }

        var arguments = ReadArguments();
        if (_tokens.Now.Text is "by" or "without")
        {
            without = _tokens.Take().Text == "without";
            labels = ReadLabelNames();
        }

        int expected = name.Text is "topk" or "bottomk" or "quantile" ? 2 : 1;
        if (arguments.Count != expected)
        {
            throw PromQlException.Parse(
                name.Position, $"wrong number of arguments for aggregate expression provided, expected {expected}, got {arguments.Count}");
        }

        return new Aggregation(name.Text, without, labels, expected == 2 ? arguments[0] : null, arguments[^1]);
    }

    private List<Expression> ReadArguments()
    {
        _tokens.Expect("(", "in function call");
        var arguments = new List<Expression>();
        while (!_tokens.Accept(")"))
        {
            if (arguments.Count > 0)
                _tokens.Expect(",", "in function call");
            arguments.Add(ReadBinary(0));
        }

        return arguments;
    }

    private List<string> ReadLabelNames()
    {
        _tokens.Expect("(", "in grouping opts");
        var names = new List<string>();
        while (!_tokens.Accept(")"))
        {
            if (names.Count > 0)
                _tokens.Expect(",", "in grouping opts");
            names.Add(_tokens.Take().Text);
        }

        return names;
    }
}
