package dev.quilla.apiserver.discovery;

import dev.quilla.model.Definition;
import dev.quilla.model.Descriptions;
import dev.quilla.model.Field;
import dev.quilla.model.ValueType;
import dev.quilla.model.ValueType.Scalar;
import dev.quilla.model.meta.v1.CreateOptions;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.GetOptions;
import dev.quilla.model.meta.v1.ListOptions;
import dev.quilla.model.meta.v1.PatchOptions;
import dev.quilla.model.meta.v1.UpdateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The parameters of requests: the fields of the options that Kubernetes has for them, and the parts
 * of paths. Thread-safe.
 */
final class Parameters {

    static final Parameter PRETTY =
            new Parameter(
                    "pretty",
                    Parameter.QUERY,
                    "string",
                    "Whether JSON is written for people: on lines of its own and indented.");

    static final Parameter NAMESPACE =
            new Parameter("namespace", Parameter.PATH, "string", "The namespace of the objects.");

    static final Parameter REST =
            new Parameter(
                    "path", Parameter.PATH, "string", "The rest of the path, for what is behind.");

    /** What is in the body alone, or not said by parameters. */
    private static final Set<String> LEFT_OUT =
            Set.of("apiVersion", "kind", "preconditions", "sinceTime");

    private static final Set<String> OF_WATCHES = Set.of("allowWatchBookmarks", "watch");

    private final Descriptions descriptions;
    private final Map<Definition, List<Parameter>> known = new ConcurrentHashMap<>();

    Parameters(Descriptions descriptions) {
        this.descriptions = descriptions;
    }

    /** The name of an object. */
    static Parameter name(String kind) {
        return new Parameter("name", Parameter.PATH, "string", "The name of the " + kind + ".");
    }

    List<Parameter> ofGet() {
        return of(GetOptions.definition());
    }

    List<Parameter> ofList() {
        return of(ListOptions.definition());
    }

    List<Parameter> ofCreate() {
        return of(CreateOptions.definition());
    }

    List<Parameter> ofUpdate() {
        return of(UpdateOptions.definition());
    }

    List<Parameter> ofPatch() {
        return of(PatchOptions.definition());
    }

    List<Parameter> ofDelete() {
        return of(DeleteOptions.definition());
    }

    /** Those of a deletion of many, which are chosen as a list's are. */
    List<Parameter> ofDeleteMany() {
        List<Parameter> all = new ArrayList<>(ofDelete());
        ofList().stream()
                .filter(Predicate.not(p -> OF_WATCHES.contains(p.name())))
                .forEach(all::add);
        return all;
    }

    /** Those that say what fields of options do. */
    List<Parameter> of(Definition options) {
        return known.computeIfAbsent(
                options,
                definition ->
                        definition.fields().stream()
                                .filter(field -> !LEFT_OUT.contains(field.name()))
                                .map(field -> parameter(definition, field))
                                .toList());
    }

    private Parameter parameter(Definition definition, Field field) {
        ValueType type =
                field.type() instanceof ValueType.ListType list ? list.element() : field.type();
        return new Parameter(
                field.name(), Parameter.QUERY, type(type), descriptions.of(definition, field));
    }

    private static String type(ValueType type) {
        return switch (type) {
            case Scalar.BOOL -> "boolean";
            case Scalar.INT32, Scalar.INT64 -> "integer";
            default -> "string";
        };
    }
}
