package dev.quilla.model.selector;

import dev.quilla.model.selector.Selector.Operator;
import dev.quilla.model.selector.Selector.Requirement;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads label selectors from text, by recursive descent. */
final class SelectorParser {

    private final String text;
    private int at;

    SelectorParser(String text) {
        this.text = text;
    }

    Selector parse() {
        List<Requirement> requirements = new ArrayList<>();
        do {
            requirements.add(requirement());
        } while (accept(","));
        if (at < text.length()) {
            throw error("expected ',' or the end");
        }
        return new Selector(requirements, false);
    }

    private Requirement requirement() {
        if (accept("!")) {
            return new Requirement(key(), Operator.DOES_NOT_EXIST, Set.of());
        }
        String key = key();
        if (accept("!=")) {
            return new Requirement(key, Operator.NOT_IN, Set.of(value()));
        }
        if (accept("==") || accept("=")) {
            return new Requirement(key, Operator.IN, Set.of(value()));
        }
        if (accept(">")) {
            return new Requirement(key, Operator.GREATER, Set.of(number()));
        }
        if (accept("<")) {
            return new Requirement(key, Operator.LESS, Set.of(number()));
        }
        if (accept("notin")) {
            return new Requirement(key, Operator.NOT_IN, values());
        }
        if (accept("in")) {
            return new Requirement(key, Operator.IN, values());
        }
        return new Requirement(key, Operator.EXISTS, Set.of());
    }

    private String number() {
        String value = value();
        try {
            return Long.toString(Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "unable to parse requirement: values[0]: Invalid value: \""
                            + value
                            + "\": for 'Gt', 'Lt' operators, the value must be an integer");
        }
    }

    private String key() {
        String key = word();
        Names.qualified(key)
                .ifPresent(problem -> {
                    throw error("invalid label key \"" + key + "\": " + problem);
                });
        return key;
    }

    private String value() {
        String value = word();
        Names.labelValue(value)
                .ifPresent(problem -> {
                    throw error("invalid label value \"" + value + "\": " + problem);
                });
        return value;
    }

    private Set<String> values() {
        if (!accept("(")) {
            throw error("expected '('");
        }
        Set<String> values = new LinkedHashSet<>();
        do {
            values.add(value());
        } while (accept(","));
        if (!accept(")")) {
            throw error("expected ')'");
        }
        return values;
    }

    private String word() {
        skipBlanks();
        int start = at;
        while (at < text.length() && " ,()=!<>".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private boolean accept(String symbol) {
        skipBlanks();
        if (!text.startsWith(symbol, at)) {
            return false;
        }
        at += symbol.length();
        return true;
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private IllegalArgumentException error(String problem) {
        return new IllegalArgumentException(
                "unable to parse selector \"%s\" at %d: %s".formatted(text, at, problem));
    }
}
