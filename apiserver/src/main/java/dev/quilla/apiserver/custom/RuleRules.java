package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.cel.Shape;
import dev.quilla.apiserver.custom.SchemaNode.Rule;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What rules in CEL of a schema may say: names and types that there are, and no more work than can
 * be done at each write. Used once.
 */
final class RuleRules {

    /** Of one rule, for all values that it looks at in an object. */
    private static final long COST_MAX = 10_000_000;

    private static final long COST_OF_ALL_MAX = 100_000_000;
    private static final int CONTRIBUTORS_MAX = 4;

    /** Less than this of all is not worth to be told of. */
    private static final long CONTRIBUTION_MIN = COST_OF_ALL_MAX / 100;

    private static final List<String> REASONS =
            List.of(
                    "FieldValueDuplicate",
                    "FieldValueForbidden",
                    "FieldValueInvalid",
                    "FieldValueRequired");

    private final List<FieldError> errors = new ArrayList<>();
    private final List<Cost> costs = new ArrayList<>();
    private final Expressions expressions;
    private final String root;

    private record Cost(String path, long max) {}

    /**
     * Where a rule is.
     *
     * @param times how often its place is in an object; empty if that has no limit
     * @param unordered the list above whose items can't be followed from one version of an object
     *     to the next; empty for none
     */
    private record Place(String path, Optional<Long> times, Optional<String> unordered) {

        Place property(String name) {
            return new Place(path + ".properties[" + name + "]", times, unordered);
        }

        Place items(Map<?, ?> schema) {
            boolean keyed = SchemaParser.text(schema, "x-kubernetes-list-type").equals("map");
            return new Place(
                    path + ".items",
                    more(schema.get("maxItems")),
                    unordered.or(() -> keyed ? Optional.empty() : Optional.of(path)));
        }

        Place values(Map<?, ?> schema) {
            return new Place(
                    path + ".additionalProperties", more(schema.get("maxProperties")), unordered);
        }

        private Optional<Long> more(@Nullable Object limit) {
            return limit instanceof Number number
                    ? times.map(t -> product(t, number.longValue()))
                    : Optional.empty();
        }
    }

    private RuleRules(Expressions expressions, String root) {
        this.expressions = expressions;
        this.root = root;
    }

    /** All broken rules of a structural schema. */
    static List<FieldError> check(Expressions expressions, Map<?, ?> schema, String path) {
        RuleRules rules = new RuleRules(expressions, path);
        rules.node(schema, new Place(path, Optional.of(1L), Optional.empty()));
        rules.total();
        return rules.errors;
    }

    private void node(Map<?, ?> schema, Place place) {
        List<Map<?, ?>> rules = SchemaParser.objects(schema, "x-kubernetes-validations");
        if (!rules.isEmpty()) {
            Optional<Shape> shape =
                    place.path().equals(root) ? Shapes.root(schema) : Shapes.of(schema);
            for (int i = 0; i < rules.size(); i++) {
                String at = place.path() + ".x-kubernetes-validations[" + i + "]";
                said(rules.get(i), at);
                fieldPath(rules.get(i), schema, at);
                rule(SchemaParser.rule(rules.get(i)), shape, place, at, rules.get(i));
            }
        }
        SchemaParser.object(schema, "properties")
                .ifPresent(all ->
                        all.forEach((name, inner) -> {
                            if (inner instanceof Map<?, ?> map) {
                                node(map, place.property((String) name));
                            }
                        }));
        SchemaParser.object(schema, "additionalProperties")
                .ifPresent(map -> node(map, place.values(schema)));
        SchemaParser.object(schema, "items").ifPresent(map -> node(map, place.items(schema)));
    }

    /** What is said of a rule besides itself. */
    private void said(Map<?, ?> rule, String at) {
        String text = SchemaParser.text(rule, "rule").strip();
        String message = SchemaParser.text(rule, "message");
        if (!message.isEmpty() && message.isBlank()) {
            errors.add(
                    FieldError.invalid(at + ".message", message, "must be non-empty if specified"));
        } else if (message.contains("\n") || message.contains("\r")) {
            errors.add(
                    FieldError.invalid(at + ".message", message, "must not contain line breaks"));
        } else if (message.isEmpty() && text.contains("\n")) {
            errors.add(
                    FieldError.required(
                            at + ".message",
                            "message must be specified if rule contains line breaks"));
        }
        String expression = SchemaParser.text(rule, "messageExpression");
        if (!expression.isEmpty() && expression.isBlank()) {
            errors.add(
                    FieldError.required(
                            at + ".messageExpression",
                            "messageExpression must be non-empty if specified"));
        }
        // Other words than these are refused as those of any enumeration.
        if ("".equals(rule.get("reason"))) {
            errors.add(FieldError.notSupported(at + ".reason", "", REASONS));
        }
    }

    private void fieldPath(Map<?, ?> rule, Map<?, ?> schema, String at) {
        String path = SchemaParser.text(rule, "fieldPath");
        if (!path.isEmpty() && FieldPath.parse(path, SchemaParser.node(schema)).isEmpty()) {
            errors.add(FieldError.invalid(at + ".fieldPath", path, "must be a valid path"));
        }
    }

    private void rule(
            Rule rule, Optional<Shape> shape, Place place, String at, Map<?, ?> asWritten) {
        if (rule.rule().isBlank()) {
            // That of an empty text is told as that of any field.
            if (!rule.rule().isEmpty()) {
                errors.add(FieldError.required(at + ".rule", "rule is not specified"));
            }
            return;
        }
        if (shape.isEmpty()) {
            return;
        }
        Expressions typed = expressions.shaped(shape.get(), rule.optionalOldSelf());
        try {
            Expression compiled = typed.condition(rule.rule());
            before(rule, compiled.uses("oldSelf"), place, at, asWritten);
            cost(
                    "rule",
                    at,
                    product(
                            compiled.costMax(shape.get()),
                            place.times()
                                    .orElse(
                                            Shapes.REQUEST_BYTES_MAX
                                                    / (shape.get().bytesMin() + 1))));
        } catch (ExpressionException e) {
            errors.add(FieldError.invalid(at + ".rule", rule.rule(), e.getMessage()));
            before(rule, false, place, at, asWritten);
        }
        if (rule.messageExpression().isBlank()) {
            return;
        }
        try {
            cost(
                    "messageExpression",
                    at,
                    typed.text(rule.messageExpression()).costMax(shape.get()));
        } catch (ExpressionException e) {
            errors.add(
                    FieldError.invalid(
                            at + ".messageExpression", rule.messageExpression(), e.getMessage()));
        }
    }

    private void before(Rule rule, boolean used, Place place, String at, Map<?, ?> asWritten) {
        if (used && place.unordered().isPresent()) {
            errors.add(
                    FieldError.invalid(
                            at + ".rule",
                            rule.rule(),
                            "oldSelf cannot be used on the uncorrelatable portion of the schema"
                                    + " within "
                                    + place.unordered().get()));
        }
        if (!used && asWritten.get("optionalOldSelf") instanceof Boolean optional) {
            errors.add(
                    FieldError.invalid(
                            at + ".optionalOldSelf",
                            optional,
                            "may not be set if oldSelf is not used in rule"));
        }
    }

    private void cost(String what, String at, long cost) {
        costs.add(new Cost(at + "." + what, cost));
        if (cost > COST_MAX) {
            errors.add(
                    FieldError.forbidden(
                            at + "." + what,
                            exceeds("estimated " + what + " cost", cost, COST_MAX)));
        }
    }

    private void total() {
        long total = 0;
        for (Cost cost : costs) {
            total = total + cost.max() < 0 ? Long.MAX_VALUE : total + cost.max();
        }
        if (total <= COST_OF_ALL_MAX) {
            return;
        }
        costs.stream()
                .filter(cost -> cost.max() >= CONTRIBUTION_MIN)
                .sorted(Comparator.comparingLong(Cost::max).reversed())
                .limit(CONTRIBUTORS_MAX)
                .forEach(cost ->
                        errors.add(
                                FieldError.forbidden(
                                        cost.path(),
                                        "contributed to estimated rule cost total exceeding cost"
                                                + " limit for entire OpenAPIv3 schema")));
        errors.add(
                FieldError.forbidden(
                        root,
                        exceeds(
                                "x-kubernetes-validations estimated rule cost total for entire"
                                        + " OpenAPIv3 schema",
                                total,
                                COST_OF_ALL_MAX)));
    }

    private static String exceeds(String what, long cost, long limit) {
        double factor = (double) cost / limit;
        String times =
                factor > 100
                        ? "more than 100x"
                        : String.format(
                                java.util.Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
        return what
                + " exceeds budget by factor of "
                + times
                + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength"
                + " where arrays, maps, and strings are declared)";
    }

    private static long product(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }
}
