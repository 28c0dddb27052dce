package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.discovery.OpenApiSchemas.Style;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Descriptions;
import dev.quilla.model.GroupVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One document of OpenAPI, while it is made. Used by one thread. */
final class OpenApiDocument {

    private static final Map<String, @Nullable Object> TOKEN =
            Map.of(
                    "BearerToken",
                    new TreeMap<>(
                            Map.of(
                                    "type", "apiKey",
                                    "name", "authorization",
                                    "in", "header",
                                    "description", "A bearer token")));

    private final Style style;
    private final OpenApiSchemas schemas;
    private final Parameters parameters;
    private final Map<String, List<Operation>> paths = new TreeMap<>();

    OpenApiDocument(Style style, Descriptions descriptions) {
        this.style = style;
        this.schemas = new OpenApiSchemas(style, descriptions);
        this.parameters = new Parameters(descriptions);
    }

    /** Describes a resource. */
    void add(ServedResource served) {
        schemas.define(served);
        new ResourcePaths(served, schemas, parameters, this::add).tell();
    }

    /** Describes what the server says of itself. */
    void add(OwnPaths own) {
        own.tell(schemas, this::add);
    }

    /** Describes where a group describes itself. */
    void add(String group) {
        OwnPaths.group(group, schemas, this::add);
    }

    /** Describes where a version of a group describes itself. */
    void add(GroupVersion version) {
        OwnPaths.resources(version, schemas, this::add);
    }

    private void add(String path, Operation operation) {
        paths.computeIfAbsent(path, p -> new ArrayList<>()).add(operation);
    }

    /** All of it. */
    Map<String, @Nullable Object> tree() {
        OperationWriter writer = new OperationWriter(style);
        Map<String, @Nullable Object> spelt = new LinkedHashMap<>();
        paths.forEach((path, operations) -> spelt.put(path, writer.path(operations)));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        boolean old = style == Style.V2;
        tree.put(old ? "swagger" : "openapi", old ? "2.0" : "3.0.0");
        tree.put("info", new TreeMap<>(Map.of("title", "Quilla", "version", "v1")));
        tree.put("paths", spelt);
        if (old) {
            tree.put("definitions", schemas.all());
            tree.put("parameters", writer.shared());
            tree.put("securityDefinitions", TOKEN);
            tree.put("security", List.of(Map.of("BearerToken", List.of())));
        } else {
            Map<String, @Nullable Object> components = new LinkedHashMap<>();
            components.put("schemas", schemas.all());
            components.put("securitySchemes", TOKEN);
            tree.put("components", components);
        }
        return tree;
    }
}
