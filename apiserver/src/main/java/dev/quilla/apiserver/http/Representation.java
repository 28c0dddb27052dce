package dev.quilla.apiserver.http;

import dev.quilla.model.ApiErrors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The form in which a client wants objects.
 *
 * @param media how they are encoded
 * @param shape what is sent of them
 */
record Representation(Media media, Shape shape) {

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
    static final Representation DEFAULT = new Representation(Media.JSON, Shape.WHOLE);

    private static final Set<String> INCLUDED = Set.of("", "None", "Metadata", "Object");

    /** More entries than this are not looked at. */
    private static final int ENTRIES_MAX = 32;

    /** The form of an entry, and how much it is wanted. */
    private record Wanted(Representation form, double quality) {}

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
        String version = "v1";
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].strip().split("=", 2);
            String value = pair.length == 2 ? pair[1].strip().replace("\"", "") : "";
            switch (pair[0].strip().toLowerCase(Locale.ROOT)) {
                case "as" -> as = value;
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
        if (!(quality > 0) || !version.equals("v1")) {
            return;
        }
        String type = parts[0].strip().toLowerCase(Locale.ROOT);
        for (Media media : Media.values()) {
            if (possible.has(media) && matches(type, media)) {
                add(wanted, media, as, quality, possible);
                return;
            }
        }
    }

    private static void add(
            List<Wanted> wanted, Media media, String as, double quality, Possible possible) {
        switch (as) {
            case "" -> wanted.add(new Wanted(new Representation(media, Shape.WHOLE), quality));
            case "Table" -> {
                if (possible.tables() && media != Media.PROTOBUF) {
                    wanted.add(new Wanted(new Representation(media, Shape.TABLE), quality));
                }
            }
            case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                    wanted.add(new Wanted(new Representation(media, Shape.PARTIAL), quality));
            default -> {
                // Another entry may want what there is.
            }
        }
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
