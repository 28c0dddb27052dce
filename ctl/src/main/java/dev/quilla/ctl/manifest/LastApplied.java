package dev.quilla.ctl.manifest;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.print.JsonText;
import dev.quilla.model.codec.DecodeException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The annotation in which client-side apply keeps what was applied last, spelled as kubectl spells
 * it: whichever tool comes next finds out what its predecessor wanted.
 */
final class LastApplied {

    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private static final String[] PATH = {"metadata", "annotations", ANNOTATION};

    private LastApplied() {}

    /** The object with the annotation that says so. */
    static Tree remember(Tree wanted) {
        Tree plain = wanted.without(PATH);
        if (plain.at("metadata", "annotations").isEmpty()) {
            plain = plain.with(Map.of(), "metadata", "annotations");
        }
        return plain.with(goJson(plain) + "\n", PATH);
    }

    /** As Go writes JSON: sorted, and with what could be HTML escaped. */
    private static String goJson(Tree tree) {
        return JsonText.compact(tree.fields())
                .replace("&", "\\u0026")
                .replace("<", "\\u003c")
                .replace(">", "\\u003e");
    }

    /** What was applied last; without fields where nothing was. */
    static Tree of(Tree live) {
        String text = live.text(PATH);
        try {
            return text.isEmpty() ? Tree.EMPTY : Tree.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (DecodeException e) {
            // Someone wrote nonsense there: nothing is known to be removed.
            return Tree.EMPTY;
        }
    }
}
