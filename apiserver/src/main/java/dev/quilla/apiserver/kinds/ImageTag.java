package dev.quilla.apiserver.kinds;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tag that an image's reference names, by the grammar of the OCI distribution's references. */
final class ImageTag {

    static final String LATEST = "latest";

    private static final String LABEL = "[a-zA-Z0-9]++(?:-++[a-zA-Z0-9]++)*+";
    private static final String HOST =
            "(?:" + LABEL + "(?:\\." + LABEL + ")*+|\\[[a-fA-F0-9:]++])(?::[0-9]++)?+";
    private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+";

    private static final Pattern REFERENCE =
            Pattern.compile(
                    "(?:"
                            + HOST
                            + "/)?"
                            + COMPONENT
                            + "(?:/"
                            + COMPONENT
                            + ")*+(?::(?<tag>\\w[\\w.-]{0,127}))?+(?<digest>@[a-zA-Z0-9+._-]++:"
                            + "[0-9a-fA-F]{32,})?+");

    /** An image by its own identity, which could be mistaken for a name and so is none. */
    private static final Pattern IDENTITY = Pattern.compile("[0-9a-f]{64}");

    private ImageTag() {}

    /** The tag; empty where a digest stands instead, or where that is no reference. */
    static String of(String image) {
        Matcher reference = REFERENCE.matcher(image);
        if (!reference.matches() || IDENTITY.matcher(image).matches()) {
            return "";
        }
        String tag = reference.group("tag");
        if (tag != null) {
            return tag;
        }
        return reference.group("digest") == null ? LATEST : "";
    }
}
