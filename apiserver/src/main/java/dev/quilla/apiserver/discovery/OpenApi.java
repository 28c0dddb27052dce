package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.discovery.OpenApiSchemas.Style;
import dev.quilla.apiserver.kinds.KindBehaviour.Published;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Descriptions;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.OpenApiProtobuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * OpenAPI documents: of version 3 one a group version, of version 2 one for all. They are large and
 * seldom asked for, so they are made from the schema each time; only their hashes are remembered,
 * for as long as what they describe is the same. Thread-safe.
 */
public final class OpenApi {

    /** Where the index of the documents of version 3 is. */
    public static final String ROOT = "/openapi/v3";

    /** Where the document of version 2 is. */
    public static final String ROOT_V2 = "/openapi/v2";

    private static final String JSON = "application/json";

    /** How custom kinds are described; another text once that has changed. */
    private static final String FORM = "paths ";

    /** What is answered to both names of the form, the one with an at sign being no media type. */
    private static final String PROTOBUF =
            "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final String PROTOBUF_ONCE =
            "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private final ResourceRegistry registry;
    private final Map<String, Hashed> hashes = new ConcurrentHashMap<>();

    /** The hash of a document, and the resources that it describes. */
    private record Hashed(List<ServedResource> resources, String hash) {}

    /**
     * What is described together.
     *
     * @param own adds to a document what there is besides the resources
     */
    private record Part(List<ServedResource> resources, Consumer<OpenApiDocument> own) {}

    /**
     * A document.
     *
     * @param type its media type
     * @param hash identifies its content; good for an {@code ETag}
     * @param content makes it; not called by those who have it already
     */
    public record Document(String type, String hash, Supplier<byte[]> content) {

        /** A document that has been made already. */
        public static Document of(String type, byte[] content) {
            return new Document(type, OpenApi.hash(content), () -> content);
        }
    }

    /** Describes a registry. */
    public OpenApi(ResourceRegistry registry) {
        this.registry = registry;
    }

    /**
     * The document at a path; empty where there is none.
     *
     * @param accept the media types that the client takes; empty for any
     * @throws dev.quilla.model.ApiException not acceptable, if it takes none that there is
     */
    public Optional<Document> at(String path, String accept) {
        if (path.equals(ROOT)) {
            byte[] index = index();
            return Optional.of(Document.of(JSON, index));
        }
        if (path.equals(ROOT_V2)) {
            String type = type(accept, List.of(PROTOBUF, PROTOBUF_ONCE));
            List<ServedResource> all = List.copyOf(registry.all());
            return Optional.of(
                    document(
                            type,
                            type.equals(JSON) ? "v2" : "v2.pb",
                            all,
                            () -> written(type, swagger())));
        }
        if (!path.startsWith(ROOT + "/")) {
            return Optional.empty();
        }
        String name = path.substring(ROOT.length() + 1);
        return Optional.ofNullable(parts().get(name))
                .map(part ->
                        document(
                                type(accept, List.of()),
                                name,
                                part.resources(),
                                () -> document(part, Descriptions.load())));
    }

    /**
     * The document of version 2, changed before it is sent.
     *
     * @param document it, as it is here
     * @param change tells this change from others
     */
    public Document changed(
            Document document, String change, UnaryOperator<Map<String, @Nullable Object>> edit) {
        String hash = hash((document.hash() + change).getBytes(StandardCharsets.UTF_8));
        return new Document(
                document.type(), hash, () -> written(document.type(), edit.apply(swagger())));
    }

    private static byte[] written(String type, Map<String, @Nullable Object> swagger) {
        return type.equals(JSON) ? JsonTree.write(swagger) : OpenApiProtobuf.write(swagger);
    }

    /**
     * The form that is wanted.
     *
     * @param other the names of a form that there is beside JSON, the first being the answer
     */
    private static String type(String accept, List<String> other) {
        for (String entry : accept.isBlank() ? List.of(JSON) : List.of(accept.split(","))) {
            String type = entry.split(";", 2)[0].strip();
            if (List.of(JSON, "application/*", "*/*").contains(type)) {
                return JSON;
            }
            if (other.contains(type)) {
                return other.getFirst();
            }
        }
        throw ApiErrors.notAcceptable(
                other.isEmpty() ? JSON : String.join(", ", JSON, other.getFirst()));
    }

    private Document document(
            String type, String name, List<ServedResource> resources, Supplier<byte[]> content) {
        Hashed known = hashes.get(name);
        if (known != null && known.resources().equals(resources)) {
            return new Document(type, known.hash(), content);
        }
        Optional<String> revisions = revisions(resources);
        if (revisions.isPresent()) {
            String hash = hash(revisions.get().getBytes(StandardCharsets.UTF_8));
            hashes.put(name, new Hashed(resources, hash));
            return new Document(type, hash, content);
        }
        byte[] made = content.get();
        String hash = hash(made);
        hashes.put(name, new Hashed(resources, hash));
        return new Document(type, hash, () -> made);
    }

    /** Tells a document from its other versions without making it: there may be thousands. */
    private static Optional<String> revisions(List<ServedResource> resources) {
        if (resources.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder revisions = new StringBuilder(FORM);
        for (ServedResource served : resources) {
            Optional<Published> published = served.behaviour().published();
            if (published.isEmpty()) {
                return Optional.empty();
            }
            revisions.append(published.get().revision()).append(' ').append(served.gvk());
        }
        return Optional.of(revisions.toString());
    }

    /** What is described together, by the name of the document of version 3. */
    private Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        for (OwnPaths own : OwnPaths.values()) {
            parts.put(own.document(), new Part(List.of(), document -> document.add(own)));
        }
        Map<String, List<ServedResource>> versions = new LinkedHashMap<>();
        for (ServedResource served : registry.all()) {
            GroupVersion gv = served.type().gvr().groupVersion();
            boolean own = !served.type().definition().custom();
            if (own && !gv.group().isEmpty()) {
                parts.computeIfAbsent(
                        "apis/" + gv.group(),
                        name -> new Part(List.of(), document -> document.add(gv.group())));
            }
            String name = ResourcePaths.base(gv).substring(1);
            versions.computeIfAbsent(name, n -> new ArrayList<>()).add(served);
            parts.computeIfAbsent(
                    name,
                    n ->
                            new Part(
                                    Objects.requireNonNull(versions.get(n)),
                                    own ? document -> document.add(gv) : document -> {}));
        }
        return parts;
    }

    private byte[] index() {
        Descriptions[] loaded = new Descriptions[1];
        Map<String, @Nullable Object> paths = new LinkedHashMap<>();
        parts().forEach((name, part) -> {
            Supplier<byte[]> content =
                    () -> {
                        if (loaded[0] == null) {
                            loaded[0] = Descriptions.load();
                        }
                        return document(part, loaded[0]);
                    };
            String hash = document(JSON, name, part.resources(), content).hash();
            String url = ROOT + "/" + name + "?hash=" + hash;
            paths.put(name, Map.of("serverRelativeURL", url));
        });
        return JsonTree.write(Map.of("paths", paths));
    }

    private static byte[] document(Part part, Descriptions descriptions) {
        OpenApiDocument document = new OpenApiDocument(Style.V3, descriptions);
        part.own().accept(document);
        part.resources().forEach(document::add);
        return JsonTree.write(document.tree());
    }

    private Map<String, @Nullable Object> swagger() {
        OpenApiDocument document = new OpenApiDocument(Style.V2, Descriptions.load());
        parts().values()
                .forEach(part -> {
                    part.own().accept(document);
                    part.resources().forEach(document::add);
                });
        return document.tree();
    }

    private static String hash(byte[] document) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(document));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
