package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.custom.SchemaNode.Rule;
import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The rules in CEL of one custom kind, each compiled when it is first asked. Thread-safe. */
final class RuleChecks {

    /** What rules may read: the value, and what it was before. */
    static final Set<String> VARIABLES = Set.of("self", "oldSelf");

    /** Of all rules of an object together. */
    private static final long STEPS_MAX = 2_000_000;

    private static final int MESSAGE_MAX = 5 << 10;

    private final Expressions expressions;
    private final Map<Rule, Compiled> compiled = new ConcurrentHashMap<>();

    /** A rule and what it says. */
    private record Compiled(Expression rule, Optional<Expression> message) {}

    RuleChecks(Expressions expressions) {
        this.expressions = expressions;
    }

    /** All rules that an object breaks. */
    List<FieldError> check(SchemaNode root, Struct object, Optional<Struct> before) {
        Walk walk = new Walk();
        walk.node(root, object, before.orElse(null), "");
        return walk.errors;
    }

    /** All rules that a JSON tree breaks. */
    List<FieldError> check(SchemaNode node, Object tree) {
        Walk walk = new Walk();
        walk.node(node, tree, null, "");
        return walk.errors;
    }

    private Compiled compile(Rule rule) throws ExpressionException {
        Compiled known = compiled.get(rule);
        if (known == null) {
            known =
                    new Compiled(
                            expressions.condition(rule.rule()),
                            rule.messageExpression().isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(expressions.text(rule.messageExpression())));
            compiled.put(rule, known);
        }
        return known;
    }

    /** One object. Used once. */
    private final class Walk {

        private final List<FieldError> errors = new ArrayList<>();
        private final Budget budget = new Budget(STEPS_MAX);

        void node(SchemaNode node, Object found, @Nullable Object before, String path) {
            if (found.equals(before)) {
                return;
            }
            Object value = Plain.value(found);
            Object old = before == null ? null : Plain.value(before);
            node.rules().forEach(rule -> rule(node, rule, value, old, path));
            node.properties()
                    .forEach((name, property) -> {
                        Object inner = Plain.get(value, name);
                        boolean ours = !node.resource() || !name.equals("metadata");
                        if (inner != null && ours) {
                            String at = path.isEmpty() ? name : path + "." + name;
                            node(property, inner, Plain.get(old, name), at);
                        }
                    });
            node.items().ifPresent(items -> items(node, items, value, old, path));
        }

        private void items(
                SchemaNode node,
                SchemaNode items,
                Object value,
                @Nullable Object old,
                String path) {
            if (value instanceof Map<?, ?> map) {
                map.forEach((key, item) ->
                        node(items, item, Plain.get(old, (String) key), path + "[" + key + "]"));
            } else if (value instanceof List<?> list) {
                List<String> keys = node.merging().listMapKeys();
                Map<Object, Object> previous = new HashMap<>();
                if (!keys.isEmpty() && old instanceof List<?> oldItems) {
                    oldItems.forEach(item -> previous.put(Validation.key(keys, item), item));
                }
                for (int i = 0; i < list.size(); i++) {
                    Object item = list.get(i);
                    Object was = keys.isEmpty() ? null : previous.get(Validation.key(keys, item));
                    node(items, item, was, path + "[" + i + "]");
                }
            }
        }

        private void rule(
                SchemaNode node, Rule rule, Object value, @Nullable Object old, String path) {
            try {
                Compiled wanted = compile(rule);
                boolean changes = wanted.rule().uses("oldSelf");
                if (changes && old == null && !rule.optionalOldSelf()) {
                    return;
                }
                Map<String, Object> variables = new LinkedHashMap<>();
                variables.put("self", CelValues.of(node, value));
                if (changes) {
                    Optional<Object> before =
                            Optional.ofNullable(old).map(o -> CelValues.of(node, o));
                    variables.put(
                            "oldSelf", rule.optionalOldSelf() ? before : before.orElseThrow());
                }
                boolean holds =
                        wanted.rule()
                                .evaluate(variables, budget)
                                .filter(Boolean.TRUE::equals)
                                .isPresent();
                if (!holds) {
                    String at =
                            FieldPath.parse(rule.fieldPath(), node)
                                    .map(field -> (path + field).replaceFirst("^\\.", ""))
                                    .orElse(path);
                    errors.add(broken(value, rule, at, message(wanted, rule, variables)));
                }
            } catch (ExpressionException e) {
                errors.add(
                        FieldError.invalid(
                                path.isEmpty() ? "<nil>" : path,
                                Plain.type(value),
                                why(e.getMessage()) + " evaluating rule: " + said(rule)));
            }
        }

        /** What the rule's own expression says, if it says something that can be shown. */
        private String message(Compiled wanted, Rule rule, Map<String, Object> variables)
                throws ExpressionException {
            String usual = rule.message().isEmpty() ? "failed rule: " + said(rule) : rule.message();
            if (wanted.message().isEmpty()) {
                return usual;
            }
            return wanted.message()
                    .get()
                    .evaluate(variables, budget)
                    .map(Object::toString)
                    .filter(text -> !text.isBlank() && text.length() <= MESSAGE_MAX)
                    .filter(text -> !text.contains("\n"))
                    .orElse(usual);
        }
    }

    /** What a rule says of itself. */
    private static String said(Rule rule) {
        return rule.message().isEmpty() ? rule.rule().strip() : rule.message().strip();
    }

    private static String why(String message) {
        return message.replaceFirst("^evaluation error at <input>:[0-9]+: ", "")
                .replaceFirst("^key '(.*)' is not present in map\\.$", "no such key: $1");
    }

    private static FieldError broken(Object value, Rule rule, String path, String message) {
        String at = path.isEmpty() ? "<nil>" : path;
        boolean large = value instanceof Struct || value instanceof Map || value instanceof List;
        return switch (rule.reason()) {
            case "FieldValueForbidden" -> FieldError.forbidden(at, message);
            case "FieldValueRequired" -> FieldError.required(at, message);
            case "FieldValueDuplicate" ->
                    FieldError.duplicate(at, large ? Plain.type(value) : value);
            default ->
                    large
                            ? FieldError.invalid(at, message)
                            : FieldError.invalid(at, value, message);
        };
    }
}
