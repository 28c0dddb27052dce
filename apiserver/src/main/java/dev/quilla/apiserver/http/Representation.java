package dev.quilla.apiserver.http;

import dev.quilla.apiserver.http.Representation.Possible;
import dev.quilla.apiserver.http.Representation.Shape;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.codec.ProtobufCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The form in which a client wants objects.
 *
 * @param media how they are encoded
 * @param shape what is sent of them
 * @param version of the shape, where it is not the whole
 */
record Representation(Media media, Shape shape, String version) {

    /** Media types. */
    enum Media {
        JSON("application/json"),
        YAML("application/yaml"),
        PROTOBUF("application/vnd.kubernetes.protobuf");

        private final String type;

        Media(String type) {
            this.type = type;
        }

        /** The type's name. */
        String type() {
            return type;
        }
    }

    /** What is sent of an object. */
    enum Shape {
        WHOLE,
        TABLE,
        /** The metadata of one object. */
        PARTIAL,
        /** The metadata of a list's objects. */
        PARTIAL_LIST,
        /** All groups with their resources, which no object is asked for as. */
        GROUPS,
        /** What runs here. */
        STATUS_PAGE
    }

    /**
     * What can be sent.
     *
     * @param protobuf whether there are messages for the objects
     * @param shapes what can be sent of them
     * @param stream whether the answer is a stream of events
     * @param produced the media types that the path is known to have, which are looked at first;
     *     none if whoever answers looks for itself
     */
    record Possible(boolean protobuf, Set<Shape> shapes, boolean stream, List<String> produced) {

        Possible {
            shapes = Set.copyOf(shapes);
            produced = List.copyOf(produced);
        }

        /** Whether the path is known to have none of the media types. */
        private boolean hasNone(String accept) {
            return !produced.isEmpty()
                    && !accept.isBlank()
                    && Arrays.stream(accept.split(",", ENTRIES_MAX + 1))
                            .map(entry -> entry.split(";", 2)[0].strip())
                            .map(type -> type.toLowerCase(Locale.ROOT))
                            .noneMatch(type -> type.equals("*/*") || produced.contains(type));
        }

        /** What errors are told in. */
        static Possible errors(boolean protobuf) {
            return new Possible(protobuf, Set.of(Shape.WHOLE), false, List.of());
        }

        /** Whatever can be sent in answer to that request of that resource. */
        static Possible of(RequestInfo info, ServedResource resource) {
            ApiResource type = resource.type();
            boolean protobuf = ProtobufCodec.supports(type.definition());
            boolean watch = info.verb().equals("watch");
            EnumSet<Shape> shapes = EnumSet.of(Shape.WHOLE, Shape.PARTIAL);
            if (!watch) {
                shapes.add(Shape.PARTIAL_LIST);
            }
            // What is only created, such as reviews, is answered and never shown.
            if (!type.verbs().equals(List.of("create"))) {
                shapes.add(Shape.TABLE);
            }
            if (type.definition().custom()) {
                return new Possible(protobuf, shapes, watch, List.of());
            }
            List<String> produced = new ArrayList<>(whole(protobuf));
            if (watch || info.verb().equals("list")) {
                produced.addAll(streams(protobuf));
            }
            return new Possible(protobuf, shapes, watch, produced);
        }

        /** What can be sent of what is served, at such a path. */
        static Possible ofDiscovery(String path) {
            List<String> parts = Arrays.stream(path.split("/")).filter(p -> !p.isEmpty()).toList();
            boolean groups = parts.getFirst().equals("apis") && parts.size() < 3;
            boolean root = parts.size() == 1 && !path.equals("/apis/");
            return new Possible(
                    true,
                    root ? Set.of(Shape.WHOLE, Shape.GROUPS) : Set.of(Shape.WHOLE),
                    false,
                    groups ? List.of() : whole(true));
        }

        private static List<String> whole(boolean protobuf) {
            return Arrays.stream(Media.values())
                    .filter(media -> protobuf || media != Media.PROTOBUF)
                    .map(Media::type)
                    .toList();
        }

        private static List<String> streams(boolean protobuf) {
            return whole(protobuf).stream()
                    .filter(type -> !type.equals(Media.YAML.type()))
                    .map(type -> type + ";stream=watch")
                    .toList();
        }

        private ApiException refusal(String accept) {
            if (hasNone(accept)) {
                return ApiErrors.noRepresentation(String.join(", ", produced));
            }
            Possible objects = new Possible(protobuf, shapes, false, List.of());
            boolean streamed = stream && find(accept, objects).isPresent();
            return ApiErrors.notAcceptable(
                    String.join(", ", streamed ? streams(protobuf) : whole(protobuf)));
        }

        private boolean has(Media media) {
            return switch (media) {
                case JSON -> true;
                case YAML -> !stream;
                case PROTOBUF -> protobuf;
            };
        }
    }

    /** What clients get that don't say what they want. */
    static final Representation DEFAULT = whole(Media.JSON);

    private static final String GROUP = "meta.k8s.io";

    private static final String DISCOVERY = "apidiscovery.k8s.io";

    private static final String GROUPS = "APIGroupDiscoveryList";

    private static final String CONFIG = "config.k8s.io";

    private static final String STATUS_PAGE = "Statusz";

    private static final Set<String> CONFIG_VERSIONS = Set.of("v1alpha1", "v1beta1");

    /** The second is the older name of the same. */
    private static final Set<String> VERSIONS = Set.of("v1", "v1beta1");

    private static final Set<String> INCLUDED = Set.of("", "None", "Metadata", "Object");

    /** More entries than this are not looked at. */
    private static final int ENTRIES_MAX = 32;

    /** The form of an entry, and how much it is wanted. */
    private record Wanted(Representation form, double quality) {}

    /** All of an object. */
    static Representation whole(Media media) {
        return new Representation(media, Shape.WHOLE, "");
    }

    /** The group and version of what is sent in place of the whole. */
    String groupVersion() {
        return GROUP + "/" + version;
    }

    /** What an answer in this form is said to be. */
    String contentType() {
        return switch (shape) {
            case GROUPS -> contentType(DISCOVERY, GROUPS);
            case STATUS_PAGE -> contentType(CONFIG, STATUS_PAGE);
            case WHOLE, TABLE, PARTIAL, PARTIAL_LIST -> media.type();
        };
    }

    private String contentType(String group, String kind) {
        return "%s;g=%s;v=%s;as=%s".formatted(media.type(), group, version, kind);
    }

    /** What a client accepts, as it says. */
    static String accepted(HttpExchange exchange) {
        return String.join(",", exchange.headers().all("Accept"));
    }

    /**
     * The first form wanted that is possible.
     *
     * @param accept an {@code Accept} header; empty for no wishes
     * @throws dev.quilla.model.ApiException not acceptable, if there is none
     */
    static Representation of(String accept, Possible possible) {
        return find(accept, possible).orElseThrow(() -> possible.refusal(accept));
    }

    /** The first form wanted that is possible; empty if there is none. */
    static Optional<Representation> find(String accept, Possible possible) {
        if (accept.isBlank()) {
            return Optional.of(DEFAULT);
        }
        if (possible.hasNone(accept)) {
            return Optional.empty();
        }
        List<Wanted> wanted = new ArrayList<>();
        for (String entry : accept.split(",", ENTRIES_MAX + 1)) {
            if (wanted.size() < ENTRIES_MAX) {
                add(wanted, entry, possible);
            }
        }
        return wanted.stream()
                .sorted(Comparator.comparingDouble(Wanted::quality).reversed())
                .map(Wanted::form)
                .findFirst();
    }

    /**
     * Looks at what a query says of the form.
     *
     * @throws dev.quilla.model.ApiException 400 if a table can't include that of its objects
     */
    void check(Map<String, List<String>> query) {
        for (String include : query.getOrDefault("includeObject", List.of())) {
            if (shape == Shape.TABLE && !INCLUDED.contains(include)) {
                throw ApiErrors.badRequest(
                        "Unable to convert to Table as requested: includeObject: Invalid value: \""
                                + include
                                + "\": must be 'Metadata', 'Object', 'None', or empty");
            }
        }
    }

    private static void add(List<Wanted> wanted, String entry, Possible possible) {
        String[] parts = entry.split(";", -1);
        String as = "";
        String group = "";
        String version = "";
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].strip().split("=", 2);
            String value = pair.length == 2 ? pair[1].strip().replace("\"", "") : "";
            switch (pair[0].strip().toLowerCase(Locale.ROOT)) {
                case "as" -> as = value;
                case "g" -> group = value;
                case "v" -> version = value;
                case "q" -> quality = quality(value);
                case "stream" -> {
                    if (!value.equals("watch")) {
                        return;
                    }
                }
                default -> {
                    // Parameters such as charset change nothing.
                }
            }
        }
        Optional<Shape> shape =
                shape(as, group, version).filter(s -> possible.shapes().contains(s));
        if (shape.isEmpty()) {
            return;
        }
        String type = parts[0].strip().toLowerCase(Locale.ROOT);
        for (Media media : Media.values()) {
            if (possible.has(media) && matches(type, media)) {
                if (media != Media.PROTOBUF || shape.get() != Shape.TABLE) {
                    Representation form = new Representation(media, shape.get(), version);
                    wanted.add(new Wanted(form, quality));
                }
                return;
            }
        }
    }

    /** Empty for what there is not. */
    private static Optional<Shape> shape(String as, String group, String version) {
        if (group.equals(DISCOVERY)) {
            return version.equals("v2") && as.equals(GROUPS)
                    ? Optional.of(Shape.GROUPS)
                    : Optional.empty();
        }
        if (group.equals(CONFIG)) {
            return CONFIG_VERSIONS.contains(version) && as.equals(STATUS_PAGE)
                    ? Optional.of(Shape.STATUS_PAGE)
                    : Optional.empty();
        }
        if (group.equals(GROUP) && VERSIONS.contains(version)) {
            return switch (as) {
                case "Table" -> Optional.of(Shape.TABLE);
                case "PartialObjectMetadata" -> Optional.of(Shape.PARTIAL);
                case "PartialObjectMetadataList" -> Optional.of(Shape.PARTIAL_LIST);
                default -> Optional.empty();
            };
        }
        return (as + group + version).isEmpty() ? Optional.of(Shape.WHOLE) : Optional.empty();
    }

    private static boolean matches(String type, Media media) {
        return switch (type) {
            case "*/*", "application/*" -> true;
            case "text/yaml" -> media == Media.YAML;
            default -> type.equals(media.type());
        };
    }

    /** How much something is wanted; what can't be read is wanted least, yet it is. */
    private static double quality(String text) {
        try {
            double quality = Double.parseDouble(text);
            return Double.isNaN(quality) ? 0 : quality;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
