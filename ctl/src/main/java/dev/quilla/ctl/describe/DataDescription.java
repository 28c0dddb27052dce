package dev.quilla.ctl.describe;

import dev.quilla.ctl.cluster.Tree;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Tells of a ConfigMap or a Secret. Names of entries are people's own and stay as they are; what is
 * secret is not shown, only how long it is.
 */
final class DataDescription implements Description {

    private final boolean secret;

    DataDescription(boolean secret) {
        this.secret = secret;
    }

    @Override
    public void tell(Tree object, Sheet sheet) {
        Description.head(object, sheet);
        Description.marks(object, sheet);
        sheet.lineIf("Type", object.text("type"));
        sheet.lineIf("Immutable", object.text("immutable"));
        Map<String, String> data = object.texts("data");
        Map<String, String> binary = object.texts("binaryData");
        if (data.isEmpty() && binary.isEmpty()) {
            sheet.line("Data", "<none>");
            return;
        }
        Sheet entries = sheet.inner("Data");
        data.forEach((name, value) ->
                entries.lines(name, secret ? List.of(size(value)) : value.lines().toList()));
        binary.forEach((name, value) -> entries.line(name, size(value)));
    }

    private static String size(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length + " bytes";
        } catch (IllegalArgumentException e) {
            // The server takes nothing else; and were it otherwise, it still is a secret.
            return "not base64";
        }
    }
}
