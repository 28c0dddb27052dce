package dev.quilla.model.jsonpath;

import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads JSONPath templates. Used once. */
final class JsonPathParser {

    private final String text;
    private int at;

    JsonPathParser(String template) {
        this.text = template.contains("{") ? template : "{" + template + "}";
    }

    JsonPath parse() {
        List<JsonPath.Part> parts = parts(false);
        return new JsonPath(parts);
    }

    private List<JsonPath.Part> parts(boolean inRange) {
        List<JsonPath.Part> parts = new ArrayList<>();
        while (at < text.length()) {
            if (text.charAt(at) != '{') {
                int open = text.indexOf('{', at);
                int end = open < 0 ? text.length() : open;
                parts.add(new JsonPath.Literal(text.substring(at, end)));
                at = end;
                continue;
            }
            at++;
            skipSpace();
            if (skip("end}")) {
                if (!inRange) {
                    throw wrong("{end} without {range}");
                }
                return parts;
            }
            parts.add(expression());
        }
        if (inRange) {
            throw wrong("{range} without {end}");
        }
        return parts;
    }

    private JsonPath.Part expression() {
        if (peek() == '"' || peek() == '\'') {
            JsonPath.Part literal = new JsonPath.Literal(quoted());
            expect('}');
            return literal;
        }
        boolean range = skip("range");
        skipSpace();
        List<PathStep> steps = path();
        expect('}');
        return range ? new JsonPath.Range(steps, parts(true)) : new JsonPath.Values(steps);
    }

    private List<PathStep> path() {
        List<PathStep> steps = new ArrayList<>();
        if (peek() == '$' || peek() == '@') {
            at++;
        }
        while (true) {
            if (skip("..")) {
                steps.add(new PathStep.Everywhere());
                if (peek() != '[') {
                    steps.add(name());
                }
            } else if (peek() == '.') {
                at++;
                if (peek() != '[' && peek() != '}' && at < text.length()) {
                    steps.add(name());
                }
            } else if (peek() == '[') {
                at++;
                steps.add(bracket());
                expect(']');
            } else if (steps.isEmpty() && isNamePart(peek())) {
                steps.add(name());
            } else {
                return steps;
            }
        }
    }

    private PathStep name() {
        if (skip("*")) {
            return new PathStep.All();
        }
        StringBuilder name = new StringBuilder();
        while (at < text.length() && (isNamePart(peek()) || peek() == '\\')) {
            if (peek() == '\\') {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (name.isEmpty()) {
            throw wrong("a name is missing");
        }
        return new PathStep.Child(name.toString());
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '/';
    }

    private PathStep bracket() {
        skipSpace();
        if (skip("*")) {
            return new PathStep.All();
        }
        if (skip("?(")) {
            return filter();
        }
        List<PathStep> steps = new ArrayList<>();
        do {
            skipSpace();
            steps.add(peek() == '\'' || peek() == '"' ? new PathStep.Child(quoted()) : index());
            skipSpace();
        } while (skip(","));
        return steps.size() == 1 ? steps.getFirst() : new PathStep.Union(steps);
    }

    private PathStep index() {
        Optional<Integer> from = integer();
        if (skip(":")) {
            return new PathStep.Slice(from.orElse(0), integer());
        }
        return new PathStep.Item(from.orElseThrow(() -> wrong("a number is missing in []")));
    }

    private Optional<Integer> integer() {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        while (Character.isDigit(peek())) {
            at++;
        }
        try {
            return at == start
                    ? Optional.empty()
                    : Optional.of(Integer.parseInt(text.substring(start, at)));
        } catch (NumberFormatException e) {
            throw wrong("\"" + text.substring(start, at) + "\" is no index");
        }
    }

    private PathStep filter() {
        skipSpace();
        List<PathStep> path = path();
        skipSpace();
        String operator = "";
        Object operand = "";
        for (String candidate : List.of("==", "!=", "<=", ">=", "<", ">")) {
            if (skip(candidate)) {
                operator = candidate;
                skipSpace();
                operand = operand();
                break;
            }
        }
        skipSpace();
        expect(')');
        return new PathStep.Filter(path, operator, operand);
    }

    private Object operand() {
        if (peek() == '"' || peek() == '\'') {
            return quoted();
        }
        int start = at;
        while (at < text.length() && peek() != ')' && peek() != ' ') {
            at++;
        }
        String literal = text.substring(start, at);
        try {
            return Objects.requireNonNullElse(
                    JsonTree.parse(literal.getBytes(StandardCharsets.UTF_8)), "null");
        } catch (DecodeException e) {
            throw wrong("\"" + literal + "\" is no value");
        }
    }

    private String quoted() {
        char quote = text.charAt(at++);
        StringBuilder value = new StringBuilder();
        while (peek() != quote) {
            if (at >= text.length()) {
                throw wrong("a quote is not closed");
            }
            char c = text.charAt(at++);
            value.append(c == '\\' && at < text.length() ? escaped(text.charAt(at++)) : c);
        }
        at++;
        return value.toString();
    }

    private static char escaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            default -> c;
        };
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean skip(String word) {
        boolean found = text.startsWith(word, at);
        at += found ? word.length() : 0;
        return found;
    }

    private void skipSpace() {
        while (peek() == ' ') {
            at++;
        }
    }

    private void expect(char c) {
        skipSpace();
        if (peek() != c) {
            throw wrong("'" + c + "' is missing at position " + at);
        }
        at++;
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("bad JSONPath " + text + ": " + why);
    }
}
