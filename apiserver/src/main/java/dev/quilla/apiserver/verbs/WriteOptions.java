package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The options of writes: what is kept, by whom it is sent, how strictly it is read. */
final class WriteOptions {

    private static final List<String> KNOWN = List.of("All");
    private static final List<String> VALIDATIONS = List.of("", "Ignore", "Strict", "Warn");

    /** What keeps nothing anyway. */
    private static final Set<String> READS = Set.of("get", "list", "watch");

    private static final String MANAGER = "fieldManager";
    private static final int MANAGER_MAX = 128;
    private static final String VALIDATION = "fieldValidation";

    private WriteOptions() {}

    /**
     * Looks at what a request says of it: who mistypes that nothing is to be kept must not find it
     * kept, nor who mistypes how strictly it is to be read find it read otherwise.
     *
     * @throws dev.quilla.model.ApiException 422 if it says anything but {@code All}, or of
     *     validation what there is not
     */
    static void check(ApiCall call) {
        if (READS.contains(call.info().verb())) {
            return;
        }
        List<FieldError> errors = new ArrayList<>();
        call.dryRunSaid().stream()
                .filter(said -> !KNOWN.contains(said))
                .forEach(said -> errors.add(FieldError.notSupported("dryRun", said, KNOWN)));
        if (call.manager().length() > MANAGER_MAX) {
            errors.add(FieldError.tooLong(MANAGER, MANAGER_MAX));
        }
        String validation = call.text(VALIDATION);
        if (!VALIDATIONS.contains(validation)) {
            errors.add(FieldError.notSupported(VALIDATION, validation, VALIDATIONS));
        }
        if (!errors.isEmpty()) {
            throw refused(call, errors);
        }
    }

    /**
     * Looks for who applies, which must be said.
     *
     * @throws dev.quilla.model.ApiException 422 if it is not
     */
    static void checkApplier(ApiCall call) {
        if (call.text(MANAGER).isEmpty()) {
            throw refused(
                    call, List.of(FieldError.required(MANAGER, "is required for apply patch")));
        }
    }

    private static ApiException refused(ApiCall call, List<FieldError> errors) {
        return ApiErrors.invalid(
                new GroupVersionKind("meta.k8s.io", "v1", options(call.info().verb())), "", errors);
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
