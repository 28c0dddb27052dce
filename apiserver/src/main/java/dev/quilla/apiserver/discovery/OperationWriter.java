package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.discovery.OpenApiSchemas.Style;
import dev.quilla.apiserver.discovery.Operation.Answer;
import dev.quilla.apiserver.discovery.Operation.Body;
import dev.quilla.model.GroupVersionKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Spells operations as one version of OpenAPI has them. Version 2 says a parameter once, and names
 * it where it is needed. Used by one thread.
 */
final class OperationWriter {

    private static final List<String> SCHEMES = List.of("https");
    private static final Map<String, @Nullable Object> UNAUTHORIZED =
            Map.of("description", "Unauthorized");

    private static final Comparator<Parameter> BY_NAME =
            Comparator.comparing(Parameter::name).thenComparing(Parameter::in);

    private final Style style;
    private final Map<Parameter, Map<String, @Nullable Object>> spelt = new HashMap<>();
    private final Map<GroupVersionKind, Map<String, String>> kinds = new HashMap<>();
    private final Map<String, @Nullable Object> shared = new TreeMap<>();

    OperationWriter(Style style) {
        this.style = style;
    }

    /** The parameters that operations name, by the names that they use for them. */
    Map<String, @Nullable Object> shared() {
        return shared;
    }

    /** A path with what is done there; what all of it knows is said once. */
    Map<String, @Nullable Object> path(List<Operation> operations) {
        Set<Parameter> common = new LinkedHashSet<>(operations.getFirst().parameters());
        operations.forEach(o -> common.retainAll(Set.copyOf(o.parameters())));
        Map<String, @Nullable Object> path = new LinkedHashMap<>();
        for (Operation operation : operations) {
            path.put(operation.method(), operation(operation, common));
        }
        if (!common.isEmpty()) {
            path.put("parameters", common.stream().sorted(BY_NAME).map(this::parameter).toList());
        }
        return path;
    }

    private Map<String, @Nullable Object> operation(Operation operation, Set<Parameter> common) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("tags", List.of(operation.tag()));
        tree.put("description", operation.description());
        tree.put("operationId", operation.id());
        List<Map<String, @Nullable Object>> parameters = new ArrayList<>();
        if (style == Style.V2) {
            if (!operation.consumes().isEmpty()) {
                tree.put("consumes", operation.consumes());
            }
            tree.put("produces", operation.produces());
            tree.put("schemes", SCHEMES);
            operation.body().map(OperationWriter::parameter).ifPresent(parameters::add);
        } else {
            operation.body().ifPresent(b -> tree.put("requestBody", body(b, operation.consumes())));
        }
        operation.parameters().stream()
                .filter(p -> !common.contains(p))
                .sorted(BY_NAME)
                .map(this::parameter)
                .forEach(parameters::add);
        if (!parameters.isEmpty()) {
            tree.put("parameters", parameters);
        }
        tree.put("responses", answers(operation));
        operation
                .about()
                .ifPresent(about -> {
                    tree.put("x-kubernetes-action", about.action());
                    tree.put(
                            "x-kubernetes-group-version-kind",
                            kinds.computeIfAbsent(about.kind(), OpenApiSchemas::kind));
                });
        return tree;
    }

    private Map<String, @Nullable Object> answers(Operation operation) {
        Map<String, @Nullable Object> answers = new TreeMap<>();
        operation.answers().forEach((code, a) -> answers.put(code, answer(a, operation)));
        answers.put("401", UNAUTHORIZED);
        return answers;
    }

    private Map<String, @Nullable Object> answer(Answer answer, Operation operation) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("description", answer.description());
        if (style == Style.V2) {
            tree.put("schema", answer.schema());
        } else {
            tree.put("content", content(answer.schema(), operation.produces()));
        }
        return tree;
    }

    private static Map<String, @Nullable Object> body(Body body, List<String> types) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("content", content(body.schema(), types));
        if (body.required()) {
            tree.put("required", true);
        }
        return tree;
    }

    private static Map<String, @Nullable Object> content(
            Map<String, @Nullable Object> schema, List<String> types) {
        Map<String, @Nullable Object> form = Map.of("schema", schema);
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        types.forEach(type -> content.put(type, form));
        return content;
    }

    /** In version 2 a body is a parameter too. */
    private static Map<String, @Nullable Object> parameter(Body body) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", "body");
        tree.put("in", "body");
        if (body.required()) {
            tree.put("required", true);
        }
        tree.put("schema", body.schema());
        return tree;
    }

    private Map<String, @Nullable Object> parameter(Parameter parameter) {
        return spelt.computeIfAbsent(parameter, this::spell);
    }

    private Map<String, @Nullable Object> spell(Parameter parameter) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", parameter.name());
        tree.put("in", parameter.in());
        tree.put("description", parameter.description());
        if (parameter.required()) {
            tree.put("required", true);
        }
        if (style == Style.V3) {
            Map<String, @Nullable Object> schema = new LinkedHashMap<>();
            schema.put("type", parameter.type());
            schema.put("uniqueItems", true);
            tree.put("schema", schema);
            return tree;
        }
        tree.put("type", parameter.type());
        tree.put("uniqueItems", true);
        if (parameter.name().equals("name")) {
            // Each kind has its own.
            return tree;
        }
        String name = parameter.name() + "-" + sum(parameter);
        shared.put(name, tree);
        return Map.of("$ref", "#/parameters/" + name);
    }

    /** Tells parameters of one name apart. */
    private static String sum(Parameter parameter) {
        CRC32 sum = new CRC32();
        sum.update((parameter.in() + parameter.description()).getBytes(StandardCharsets.UTF_8));
        return Long.toString(sum.getValue(), Character.MAX_RADIX);
    }
}
