package dev.quilla.apiserver.http;

import dev.quilla.model.ApiErrors;
import java.util.ArrayList;
import java.util.Comparator;
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
        PARTIAL
    }

    /**
     * What can be sent.
     *
     * @param protobuf whether there are messages for the objects
     * @param tables whether there are tables of the objects
     * @param stream whether the answer is a stream of events
     */
    record Possible(boolean protobuf, boolean tables, boolean stream) {

        private boolean has(Media media) {
            return switch (media) {
                case JSON -> true;
                case YAML -> !stream;
                case PROTOBUF -> protobuf;
            };
        }

        private String list() {
            List<String> types = new ArrayList<>();
            for (Media media : Media.values()) {
                if (has(media)) {
                    types.add(media.type());
                }
            }
            return String.join(", ", types);
        }
    }

    /** What clients get that don't say what they want. */
    static final Representation DEFAULT = whole(Media.JSON);

    private static final String GROUP = "meta.k8s.io";

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

    /**
     * The first form wanted that is possible.
     *
     * @param accept an {@code Accept} header; empty for no wishes
     * @throws dev.quilla.model.ApiException not acceptable, if there is none
     */
    static Representation of(String accept, Possible possible) {
        if (accept.isBlank()) {
            return DEFAULT;
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
                .findFirst()
                .orElseThrow(() -> ApiErrors.notAcceptable(possible.list()));
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
                    if (!possible.stream() || !value.equals("watch")) {
                        return;
                    }
                }
                default -> {
                    // Parameters such as charset change nothing.
                }
            }
        }
        boolean plain = as.isEmpty() && group.isEmpty() && version.isEmpty();
        boolean other = group.equals(GROUP) && VERSIONS.contains(version);
        if (!(quality > 0) || !(plain || other)) {
            return;
        }
        Optional<Shape> shape = shape(as, plain);
        if (shape.isEmpty()) {
            return;
        }
        String type = parts[0].strip().toLowerCase(Locale.ROOT);
        for (Media media : Media.values()) {
            if (possible.has(media) && matches(type, media)) {
                boolean table = possible.tables() && media != Media.PROTOBUF;
                if (table || shape.get() != Shape.TABLE) {
                    Representation form = new Representation(media, shape.get(), version);
                    wanted.add(new Wanted(form, quality));
                }
                return;
            }
        }
    }

    /** Empty for what there is not. */
    private static Optional<Shape> shape(String as, boolean plain) {
        return switch (as) {
            case "" -> plain ? Optional.of(Shape.WHOLE) : Optional.empty();
            case "Table" -> Optional.of(Shape.TABLE);
            case "PartialObjectMetadata", "PartialObjectMetadataList" -> Optional.of(Shape.PARTIAL);
            default -> Optional.empty();
        };
    }

    private static boolean matches(String type, Media media) {
        return switch (type) {
            case "*/*", "application/*" -> true;
            case "text/yaml" -> media == Media.YAML;
            default -> type.equals(media.type());
        };
    }

    private static double quality(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
