package dev.quilla.apiserver.discovery;

import static dev.quilla.apiserver.discovery.OperationNames.capital;

import dev.quilla.apiserver.discovery.Operation.About;
import dev.quilla.apiserver.discovery.Operation.Answer;
import dev.quilla.apiserver.discovery.Operation.Body;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.Subresource;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.Status;
import dev.quilla.model.meta.v1.WatchEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with the objects of one resource: all of its paths with their operations, as
 * Kubernetes names them. Used by one thread.
 */
final class ResourcePaths {

    private static final String LOG = "log";
    private static final Map<String, @Nullable Object> TEXT = Map.of("type", "string");
    private static final List<String> ANY_METHOD =
            List.of("get", "put", "post", "delete", "options", "head", "patch");

    private final ServedResource served;
    private final OpenApiSchemas schemas;
    private final Parameters parameters;
    private final BiConsumer<String, Operation> paths;
    private final MediaTypes media;
    private final Definition definition;
    private final String kind;
    private final String base;
    private final String resource;

    /**
     * Describes a resource.
     *
     * @param schemas know its types already
     * @param paths is told each path with an operation
     */
    ResourcePaths(
            ServedResource served,
            OpenApiSchemas schemas,
            Parameters parameters,
            BiConsumer<String, Operation> paths) {
        this.served = served;
        this.schemas = schemas;
        this.parameters = parameters;
        this.paths = paths;
        this.definition = served.type().definition();
        this.media = MediaTypes.of(definition);
        this.kind = served.gvk().kind();
        this.base = base(gv());
        this.resource = served.type().gvr().resource();
    }

    /** Where the resources of a version are. */
    static String base(GroupVersion gv) {
        return gv.group().isEmpty() ? "/api/" + gv.version() : "/apis/" + gv;
    }

    /** Tells all. */
    void tell() {
        collection();
        object();
        served.type().subresources().forEach(this::part);
        if (has("watch") && !definition.custom()) {
            watches();
        }
    }

    private GroupVersion gv() {
        return served.type().gvr().groupVersion();
    }

    private boolean has(String verb) {
        return served.type().verbs().contains(verb);
    }

    private boolean namespaced() {
        return served.type().namespaced();
    }

    private String scope() {
        return namespaced() ? "/namespaces/{namespace}/" : "/";
    }

    private void collection() {
        String path = base + scope() + resource;
        if (has("list")) {
            String verb = has("watch") ? "lists or watches" : "lists";
            Draft list =
                    new Draft("get", "list", verb + " objects of kind " + kind)
                            .with(parameters.ofList())
                            .answers(list())
                            .produces(media.streams());
            if (namespaced()) {
                list.tell(base + "/" + resource, id("list", "", "ForAllNamespaces"), List.of());
            }
            list.tell(path, id("list"), place());
        }
        if (has("create")) {
            new Draft("post", "post", "creates an object of kind " + kind)
                    .with(parameters.ofCreate())
                    .body(definition)
                    .answers(schema(definition), 201, 202)
                    .tell(path, id("create"), place());
        }
        if (has("deletecollection")) {
            Draft delete =
                    new Draft("delete", "deletecollection", "deletes objects of kind " + kind)
                            .answers(schema(Status.definition()));
            if (definition.custom()) {
                delete.with(parameters.ofList());
            } else {
                delete.with(parameters.ofDeleteMany()).options();
            }
            delete.tell(path, id("delete", "Collection" + namespacedWord(), ""), place());
        }
    }

    private Map<String, @Nullable Object> list() {
        return schema(served.type().listDefinition().orElse(definition));
    }

    private void object() {
        String path = base + scope() + resource + "/{name}";
        if (has("get")) {
            reading("get", "reads the " + kind, schema(definition))
                    .tell(path, id("read"), one(kind));
        }
        writing(path, served.type().verbs(), "the " + kind, definition, served.gvk(), "", false);
        if (has("delete")) {
            Definition answer = served.answersWhatIsDeleted() ? definition : Status.definition();
            new Draft("delete", "delete", "deletes the " + kind)
                    .with(parameters.ofDelete())
                    .options()
                    .answers(schema(answer), 202)
                    .tell(path, id("delete"), one(kind));
        }
    }

    private Draft reading(String method, String description, Map<String, @Nullable Object> answer) {
        Draft draft = new Draft(method, "get", description).answers(answer);
        return definition.custom() ? draft.with(parameters.ofGet()) : draft;
    }

    /** Replaces an object, or changes it in parts. */
    private void writing(
            String path,
            List<String> verbs,
            String what,
            Definition type,
            GroupVersionKind about,
            String suffix,
            boolean plain) {
        if (verbs.contains("update")) {
            new Draft("put", "put", "replaces " + what)
                    .about(about)
                    .with(plain ? parameters.ofCreate() : parameters.ofUpdate())
                    .body(type)
                    .answers(schema(type), 201)
                    .tell(path, id("replace", namespacedWord(), suffix), one(kind));
        }
        if (verbs.contains("patch")) {
            Draft patch =
                    new Draft("patch", "patch", "changes " + what + " in parts")
                            .about(about)
                            .with(parameters.ofPatch())
                            .patch();
            patch =
                    definition.custom()
                            ? patch.answers(schema(type))
                            : patch.answers(schema(type), 201);
            patch.tell(path, id("patch", namespacedWord(), suffix), one(kind));
        }
    }

    private void part(Subresource part) {
        String path = base + scope() + resource + "/{name}/" + part.name();
        String suffix = capital(part.name());
        if (part.gvk().kind().endsWith("Options")) {
            connections(part, path, suffix);
            return;
        }
        String what = "the " + part.name() + " of the " + kind;
        if (part.name().equals(LOG)) {
            new Draft("get", "get", "reads " + what)
                    .with(parameters.of(options("PodLogOptions")))
                    .answers(TEXT)
                    .produces(media.withText())
                    .tell(path, id("read", namespacedWord(), suffix), one(kind));
            return;
        }
        GroupVersionKind of = part.gvk();
        Definition type =
                of.equals(served.gvk())
                        ? definition
                        : Schema.builtin()
                                .find(of)
                                .orElseThrow(() -> new IllegalStateException("no type " + of));
        // What a custom object's scale is about is the object.
        GroupVersionKind about = definition.custom() ? served.gvk() : of;
        if (part.verbs().contains("get")) {
            reading("get", "reads " + what, schema(type))
                    .about(about)
                    .tell(path, id("read", namespacedWord(), suffix), one(kind));
        }
        if (part.verbs().contains("create")) {
            new Draft("post", "post", "creates " + what)
                    .about(about)
                    .with(parameters.ofCreate())
                    .body(type)
                    .answers(schema(type), 201, 202)
                    .tell(path, id("create", namespacedWord(), suffix), one(kind));
        }
        writing(path, part.verbs(), what, type, about, suffix, true);
    }

    /** What is answered by a node or by what runs there. */
    private void connections(Subresource part, String path, String suffix) {
        List<Parameter> query = parameters.of(options(part.gvk().kind()));
        boolean proxy = part.name().equals("proxy");
        for (String method : proxy ? ANY_METHOD : List.of("get", "post")) {
            Draft draft =
                    new Draft(
                                    method,
                                    "connect",
                                    "connects to the " + part.name() + " of the " + kind)
                            .about(part.gvk())
                            .with(query)
                            .answers(TEXT)
                            .produces(MediaTypes.ANY)
                            .withoutPretty();
            String word = capital(method) + namespacedWord();
            draft.tell(path, id("connect", word, suffix), one(kind));
            if (proxy) {
                List<Parameter> more = new ArrayList<>(one(kind));
                more.add(Parameters.REST);
                draft.tell(path + "/{path}", id("connect", word, suffix + "WithPath"), more);
            }
        }
    }

    /** Options that only requests have, so that they are no kind. */
    private static Definition options(String name) {
        return Schema.builtin().definition("core.v1." + name);
    }

    /** The old way to watch, by paths of its own. */
    private void watches() {
        String start = base + "/watch";
        Map<String, @Nullable Object> event = schema(WatchEvent.definition());
        Draft list =
                new Draft(
                                "get",
                                "watchlist",
                                "watches objects of kind "
                                        + kind
                                        + "; lists with the parameter watch have taken its place")
                        .with(parameters.ofList())
                        .answers(event)
                        .produces(media.streams());
        if (namespaced()) {
            list.tell(start + "/" + resource, id("watch", "", "ListForAllNamespaces"), List.of());
        }
        list.tell(start + scope() + resource, id("watch", namespacedWord(), "List"), place());
        if (has("get")) {
            new Draft(
                            "get",
                            "watch",
                            "watches the "
                                    + kind
                                    + "; lists with the parameters watch and fieldSelector have taken its place")
                    .with(parameters.ofList())
                    .answers(event)
                    .produces(media.streams())
                    .tell(start + scope() + resource + "/{name}", id("watch"), one(kind));
        }
    }

    private List<Parameter> place() {
        return namespaced() ? List.of(Parameters.NAMESPACE) : List.of();
    }

    private List<Parameter> one(String named) {
        List<Parameter> all = new ArrayList<>(place());
        all.add(Parameters.name(named));
        return all;
    }

    private String namespacedWord() {
        return namespaced() ? "Namespaced" : "";
    }

    private String id(String verb) {
        return id(verb, namespacedWord(), "");
    }

    private String id(String verb, String before, String after) {
        // What is done through a connection stands before the scope, as the method does.
        String version = OperationNames.version(gv());
        return verb + version + before + kind + after;
    }

    private Map<String, @Nullable Object> schema(Definition type) {
        return schemas.reference(type);
    }

    /** An operation that is being put together. */
    private final class Draft {

        private final String method;
        private final String action;
        private final String description;
        private final Map<String, Answer> answers = new LinkedHashMap<>();
        private List<Parameter> query = List.of();
        private Optional<Body> body = Optional.empty();
        private List<String> consumes = media.read();
        private List<String> produces = media.written();
        private GroupVersionKind about = served.gvk();
        private boolean pretty = true;

        Draft(String method, String action, String description) {
            this.method = method;
            this.action = action;
            this.description = description;
        }

        Draft with(List<Parameter> parameters) {
            query = parameters;
            return this;
        }

        Draft about(GroupVersionKind other) {
            about = other;
            return this;
        }

        Draft withoutPretty() {
            pretty = false;
            return this;
        }

        Draft body(Definition type) {
            body = Optional.of(new Body(schema(type), true));
            return this;
        }

        Draft options() {
            body = Optional.of(new Body(schema(DeleteOptions.definition()), false));
            return this;
        }

        Draft patch() {
            body = Optional.of(new Body(schemas.patch(), true));
            consumes = media.patches();
            return this;
        }

        Draft produces(List<String> types) {
            produces = types;
            return this;
        }

        /** What is answered with 200 and with those codes. */
        Draft answers(Map<String, @Nullable Object> schema, int... more) {
            answers.put("200", new Answer("OK", schema));
            for (int code : more) {
                answers.put(
                        Integer.toString(code),
                        new Answer(code == 201 ? "Created" : "Accepted", schema));
            }
            return this;
        }

        void tell(String path, String id, List<Parameter> place) {
            List<Parameter> all = new ArrayList<>(place);
            all.addAll(query);
            if (pretty) {
                all.add(Parameters.PRETTY);
            }
            paths.accept(
                    path,
                    new Operation(
                            method,
                            id,
                            OperationNames.tag(gv()),
                            description,
                            Optional.of(new About(action, about)),
                            all,
                            body,
                            answers,
                            consumes,
                            produces));
        }
    }
}
