package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.validation.FieldError;
import java.util.List;

/** Requests that change nothing. */
final class DryRun {

    private static final List<String> KNOWN = List.of("All");

    private DryRun() {}

    /**
     * Looks at what a request says of it: who mistypes that nothing is to be kept must not find it
     * kept.
     *
     * @throws dev.quilla.model.ApiException 422 if it says anything but {@code All}
     */
    static void check(ApiCall call) {
        List<FieldError> errors =
                call.dryRunSaid().stream()
                        .filter(said -> !KNOWN.contains(said))
                        .map(said -> FieldError.notSupported("dryRun", said, KNOWN))
                        .toList();
        if (!errors.isEmpty()) {
            throw ApiErrors.invalid(
                    new GroupVersionKind("meta.k8s.io", "v1", options(call.info().verb())),
                    "",
                    errors);
        }
    }

    private static String options(String verb) {
        return switch (verb) {
            case "create" -> "CreateOptions";
            case "update" -> "UpdateOptions";
            case "patch" -> "PatchOptions";
            default -> "DeleteOptions";
        };
    }
}
